/**
 * XML as a tree that knows its lines. It may come from anyone: nothing outside of the text is read, no entity is expanded,
 * and what is nested too deeply is refused.
 */
import { Effect, Exit, Option, Stream } from "effect"
import { Xml } from "effect/encoding"

export interface Element {
  /** As written, without the prefix of its namespace. */
  readonly name: string
  readonly line: number
  readonly attributes: Readonly<Record<string, string>>
  readonly children: ReadonlyArray<Element | string>
}

/** The root with whatever was whole in it when the text broke off; without one, when not even its tag was. */
export interface Parsed {
  readonly root?: Element
  readonly broken?: { readonly line: number; readonly message: string }
}

interface Open extends Element {
  readonly children: Array<Element | string>
}

const maxDepth = 100
const lineBreaks = (text: string): number => text.split("\n").length - 1
const local = (name: string): string => name.slice(name.indexOf(":") + 1)

const brokenBy = (exit: Exit.Exit<void, Xml.XmlError>, firstLine: number): Parsed["broken"] => {
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return (
    error && {
      line: firstLine - 1 + (error.line ?? 1),
      message: `is not XML as it should be: ${error.message.replace(/ at line \d+, column \d+$/u, "")}`
    }
  )
}

/** The text goes in piece by piece, each begun by a `<`, so that an element's line is that of its piece. */
export const parse = (text: string, firstLine = 1): Parsed => {
  const open: Array<Open> = []
  const found: { root?: Open } = {}
  let [line, next] = [firstLine, firstLine]
  const take = (event: Xml.Event): void => {
    if (event._tag === "Text") open.at(-1)?.children.push(event.text)
    if (event._tag === "StartElement") {
      open.push({ name: local(event.name), line, attributes: event.attributes, children: [] })
      found.root ??= open[0]!
    }
    if (event._tag === "EndElement") {
      const closed = open.pop()!
      open.at(-1)?.children.push(closed)
    }
  }
  const reading = Stream.fromIterable(text.split(/(?=<)/u)).pipe(
    Stream.rechunk(1),
    Stream.map((piece) => {
      line = next
      next += lineBreaks(piece)
      return piece
    }),
    Stream.pipeThroughChannel(Xml.decodeString({ maxDepth })),
    Stream.runForEach((event) => Effect.sync(() => take(event)))
  )
  const broken = brokenBy(Effect.runSyncExit(reading), firstLine)
  return { ...found, ...(broken && { broken }) }
}

export const isElement = (node: Element | string): node is Element => typeof node !== "string"
export const elementsIn = ({ children }: Element): ReadonlyArray<Element> => children.filter(isElement)
export const allIn = (element: Element, name: string): ReadonlyArray<Element> =>
  elementsIn(element).filter((child) => child.name === name)
export const firstIn = (element: Element, name: string): Element | undefined => allIn(element, name)[0]
export const textIn = ({ children }: Element): string =>
  children.map((child) => (isElement(child) ? textIn(child) : child)).join("")

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;"
}
export const escaped = (text: string): string => text.replace(/[&<>"\r]/gu, (sign) => escapes[sign]!)

/** One element as text, its content already written. */
export const tag = (
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  content: string = ""
): string => {
  const head = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`)
  ]
  return content === "" ? `<${head.join(" ")}/>` : `<${head.join(" ")}>${content}</${name}>`
}
/** Lines of elements, as the content of another. */
export const lines = (...parts: ReadonlyArray<string | undefined>): string =>
  `\n${parts.filter((part) => part !== undefined && part !== "").join("\n")}\n`

export const head = '<?xml version="1.0" encoding="UTF-8"?>'
