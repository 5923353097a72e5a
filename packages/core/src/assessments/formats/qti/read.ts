/**
 * Items of QTI 2 and 3, one a document; several follow one another, each begun by its XML declaration, as `cat *.xml` gives
 * them. Names of QTI 3 are read as those of 2 (`qti-simple-choice` is `simpleChoice`): they say the same.
 */
import { compare, distance, rational, type Rational, roundHalfUp } from "../../../shared/rational.ts"
import { said, type Token, tokensOfNode } from "../markup/html.ts"
import { allIn, type Element, elementsIn, firstIn, isElement, parse, textIn } from "../markup/xml.ts"
import { type Import, type Imported, type Refused, refuse, sorted, taken, titleOf } from "../portable.ts"
import { type Asked, readers } from "./answers.ts"
import { descendants, maximumOf, processingOf } from "./processing.ts"

const canonicalName = (name: string): string =>
  name.replace(/^qti-/u, "").replace(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase())
const canonical = ({ attributes, children, name, ...rest }: Element): Element => ({
  ...rest,
  name: canonicalName(name),
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [canonicalName(key), value])
  ),
  children: children.map((child) => (isElement(child) ? canonical(child) : child))
})

const isInteraction = ({ name }: Element): boolean => name.endsWith("Interaction")
const blank = "_____"

/** The body around its interaction: of that, the prompt stands in its place, or a blank within a line. */
const tokensAround = (node: Element | string): ReadonlyArray<Token> => {
  if (!isElement(node)) return tokensOfNode(node)
  if (node.name === "textEntryInteraction") return [{ kind: "text", text: blank, raw: true }]
  if (isInteraction(node)) return allIn(node, "prompt").flatMap((prompt) => block(tokensOfNode(prompt)))
  // What candidates are told is part of the question; other rubrics are for those who grade it.
  const name =
    node.name === "rubricBlock" && /\bcandidate\b/u.test(node.attributes["view"] ?? "") ? "div" : node.name
  const [open, ...rest] = tokensOfNode({ ...node, name, children: [] })
  return [open!, ...node.children.flatMap(tokensAround), ...rest]
}
const block = (tokens: ReadonlyArray<Token>): ReadonlyArray<Token> => [
  { kind: "open", name: "div", attributes: {} },
  ...tokens,
  { kind: "close", name: "div", attributes: {} }
]

/** The Markdown that we wrote: paragraphs of `p`, lines of `br`, each letter as it is. */
const ownMarkdown = (element: Element): string | undefined => {
  const own = elementsIn(element).find(
    ({ attributes, name }) => name === "div" && attributes["class"] === "markdown"
  )
  const lineOf = (node: Element | string) => (isElement(node) ? "\n" : node)
  return (
    own &&
    allIn(own, "p")
      .map(({ children }) => children.map(lineOf).join(""))
      .join("\n\n")
  )
}

const markdownOf = (element: Element, leftOut: Set<string>): string => {
  const own = ownMarkdown(element)
  if (own !== undefined) return own
  const page = said(element.children.flatMap(tokensAround), "markdown")
  for (const what of page.leftOut) leftOut.add(what)
  return page.text.endsWith(blank) ? page.text.slice(0, -blank.length).trim() : page.text
}

const wholePoints = (points: Rational, leftOut: Set<string>): number => {
  const rounded = roundHalfUp(points)
  if (compare(distance(points, rational(rounded)), rational(1, 1_000_000)) <= 0) return Number(rounded)
  leftOut.add("points")
  return Math.max(1, Number(rounded))
}

const explanationOf = (item: Element, leftOut: Set<string>): string => {
  const feedback = allIn(item, "modalFeedback")
  const general = feedback.find(({ attributes }) => attributes["identifier"] === "EXPLANATION")
  if (feedback.some((one) => one !== general)) leftOut.add("feedback")
  return general === undefined ? "" : markdownOf(firstIn(general, "contentBody") ?? general, leftOut)
}

/** What stands beside the body, and no question of ours has a place for. */
const unsaid: Readonly<Record<string, string>> = {
  assessmentStimulusRef: "stimulus",
  companionMaterialsInfo: "materials",
  catalogInfo: "catalog"
}

const cannot = (item: Element): string | undefined => {
  if (item.name !== "assessmentItem") return `is not an item of QTI but: ${item.name}`
  if (item.attributes["adaptive"] === "true") return "is adaptive: it changes with its answers"
  const changes = elementsIn(item).some(
    ({ name }) => name === "templateDeclaration" || name === "templateProcessing"
  )
  if (changes) return "is a template with variables"
  return firstIn(item, "itemBody") === undefined ? "has no itemBody" : undefined
}

const readOne = (item: Element): Imported | Refused => {
  const refused = (message: string, line = item.line) => refuse(line, message)
  const reason = cannot(item)
  if (reason !== undefined) return refused(reason)
  const itemBody = firstIn(item, "itemBody")!
  const [interaction, ...more] = descendants(itemBody).filter(isInteraction)
  if (interaction === undefined || more.length > 0)
    return refused(`has ${more.length + (interaction ? 1 : 0)} interactions instead of one`)
  const answersIn = Object.hasOwn(readers, interaction.name) ? readers[interaction.name] : undefined
  if (answersIn === undefined)
    return refused(`asks in a way that is not taken: ${interaction.name}`, interaction.line)
  const declaration = allIn(item, "responseDeclaration").find(
    ({ attributes }) => attributes["identifier"] === interaction.attributes["responseIdentifier"]
  )
  const open = interaction.name === "extendedTextInteraction"
  const processing = open ? { by: "match" as const } : declaration && processingOf(item, declaration)
  if (processing === undefined)
    return refused(declaration ? "counts points in a way that is not taken" : "has no responseDeclaration")
  const leftOut = new Set<string>()
  const asked: Asked = { interaction, declaration: declaration ?? item, processing, leftOut }
  const answers = answersIn(asked)
  if (typeof answers === "string") return refused(answers, declaration?.line)
  const body = markdownOf(itemBody, leftOut)
  const explanation = explanationOf(item, leftOut)
  if (open && declaration !== undefined && textIn(declaration).trim() !== "") leftOut.add("correct response")
  if (titleOf(body) !== (item.attributes["title"] ?? "").trim()) leftOut.add("title")
  for (const { name } of elementsIn(item)) if (unsaid[name] !== undefined) leftOut.add(unsaid[name])
  const points = wholePoints(answers.points ?? processing.points ?? maximumOf(item), leftOut)
  return taken({
    line: item.line,
    content: { ...answers.content, points, body, ...(explanation !== "" && { explanation }) },
    leftOut: [...leftOut].sort()
  })
}

const documentsIn = (text: string): ReadonlyArray<{ readonly text: string; readonly line: number }> => {
  let line = 1
  return text
    .replace(/^\ufeff/u, "")
    .split(/(?=<\?xml\s)/u)
    .map((part) => {
      const begun = part.trimStart()
      const blanks = part.slice(0, part.length - begun.length).split("\n").length - 1
      const document = { text: begun, line: line + blanks }
      line += part.split("\n").length - 1
      return document
    })
    .filter((document) => document.text !== "")
}

export const read = (text: string): Import =>
  sorted(
    documentsIn(text).map((document) => {
      const { broken, root } = parse(document.text, document.line)
      return broken === undefined && root !== undefined
        ? readOne(canonical(root))
        : refuse(broken?.line ?? document.line, broken?.message ?? "is empty")
    })
  )
