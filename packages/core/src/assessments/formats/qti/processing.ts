/** How an item of QTI counts points: by one of the known templates, or by rules that say the same. */
import { rational, type Rational } from "../../../shared/rational.ts"
import { parseDecimal } from "../../rules/decimal.ts"
import { allIn, type Element, elementsIn, firstIn, isElement, textIn } from "../markup/xml.ts"

/** All for the correct response, or the sum of what the mapping gives. */
export interface Processing {
  readonly by: "match" | "map"
  /** What the correct response earns, where the rules say so. */
  readonly points?: Rational
  readonly tolerance?: { readonly kind: "absolute" | "relative"; readonly by: string }
  /** Of texts that are compared: letters alone are. */
  readonly ignoreCase?: boolean
}

export const descendants = (element: Element): ReadonlyArray<Element> =>
  elementsIn(element).flatMap((child) => [child, ...descendants(child)])

/** What a rule about the score may be made of; anything else counts in a way of its own. */
const known = new Set([
  "responseCondition",
  "responseIf",
  "responseElseIf",
  "responseElse",
  "match",
  "equal",
  "stringMatch",
  "variable",
  "correct",
  "setOutcomeValue",
  "baseValue",
  "isNull",
  "mapResponse",
  "sum"
])
const isScore = (node: Element | string): boolean =>
  !isElement(node) || node.name !== "setOutcomeValue" || node.attributes["identifier"] === "SCORE"

/** The rules without what they say of other outcomes, such as which feedback is shown. */
const aboutScore = (element: Element): Element => ({
  ...element,
  children: element.children.filter(isScore).map((child) => (isElement(child) ? aboutScore(child) : child))
})
const setsScore = (element: Element): boolean =>
  element.name === "setOutcomeValue" || elementsIn(element).some(setsScore)

const toleranceOf = (equal: Element | undefined): Processing["tolerance"] | undefined => {
  const { tolerance = "", toleranceMode } = equal?.attributes ?? {}
  const [by, above = by] = tolerance.trim().split(/\s+/u)
  return (toleranceMode === "absolute" || toleranceMode === "relative") && by === above && by !== ""
    ? { kind: toleranceMode, by: by! }
    : undefined
}

/** What the rules that set the score come to; undefined when it is nothing that a question can say. */
const bySaying = (rules: ReadonlyArray<Element>): Processing | undefined => {
  const parts = rules.flatMap((rule) => [rule, ...descendants(rule)])
  const named = (name: string) => parts.filter((part) => part.name === name)
  if (parts.some(({ name }) => !known.has(name))) return undefined
  const [equal, ...more] = named("equal")
  const compared = [...named("match"), ...named("equal"), ...named("stringMatch")]
  if (named("mapResponse").length > 0) return compared.length === 0 ? { by: "map" } : undefined
  const toCorrect = compared.every((part) => allIn(part, "correct").length === 1)
  const tolerance = toleranceOf(equal)
  const exact = equal === undefined || (equal.attributes["toleranceMode"] ?? "exact") === "exact"
  if (compared.length !== 1 || !toCorrect || more.length > 0 || (!exact && tolerance === undefined))
    return undefined
  const then = parts.find((part) => elementsIn(part).includes(compared[0]!))
  const value = then && firstIn(then, "setOutcomeValue")
  const points = value && parseDecimal(textIn(firstIn(value, "baseValue") ?? value))
  const ignoreCase = named("stringMatch").some(({ attributes }) => attributes["caseSensitive"] === "false")
  return {
    by: "match",
    ...(points && { points }),
    ...(tolerance && { tolerance }),
    ...(ignoreCase && { ignoreCase })
  }
}

export const processingOf = (item: Element, declaration: Element): Processing | undefined => {
  const processing = firstIn(item, "responseProcessing")
  const template = processing?.attributes["template"]
    ?.replace(/\.xml$/u, "")
    .split("/")
    .at(-1)
  if (template === "match_correct") return { by: "match" }
  if (template === "map_response") return { by: "map" }
  if (template !== undefined && elementsIn(processing!).length === 0) return undefined
  const rules = elementsIn(processing ?? { ...item, children: [] })
    .filter(isScore)
    .map(aboutScore)
    .filter(setsScore)
  if (rules.length > 0) return bySaying(rules)
  return firstIn(declaration, "mapping") === undefined ? { by: "match" } : { by: "map" }
}

/** The number that an outcome begins with or may reach. */
export const maximumOf = (item: Element): Rational => {
  const outcome = (name: string) =>
    allIn(item, "outcomeDeclaration").find(({ attributes }) => attributes["identifier"] === name)
  const maximum = outcome("MAXSCORE")
  const written = maximum && firstIn(maximum, "defaultValue")
  return (
    parseDecimal(written === undefined ? "" : textIn(written)) ??
    parseDecimal(outcome("SCORE")?.attributes["normalMaximum"] ?? "") ??
    rational(1)
  )
}
