/** A question as an item of QTI 2.1 or 3.0, whose names alone differ. */
import { Hash } from "effect"
import { rational, times } from "../../../shared/rational.ts"
import type { Fraction } from "../../model/index.ts"
import { escaped, head, lines, tag } from "../markup/xml.ts"
import { exact, fixed } from "../percent.ts"
import { type Portable, titleOf } from "../portable.ts"
import { type Attributes, lineBreaks, type Said, saidOf, type Write } from "./said.ts"

export type Version = "2.1" | "3.0"

const kebab = (name: string): string => name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)
const writer =
  (version: Version): Write =>
  (name, attributes, ...content) =>
    version === "2.1"
      ? tag(name, attributes, content.join(""))
      : tag(
          `qti-${kebab(name)}`,
          Object.fromEntries(
            Object.entries(attributes).map(([key, value]) => [key.includes(":") ? key : kebab(key), value])
          ),
          content.join("")
        )

const namespaces = {
  "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
  "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
} as const
const templates = {
  "2.1": (name: string) => `http://www.imsglobal.org/question/qti_v2p1/rptemplates/${name}`,
  "3.0": (name: string) => `https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/${name}.xml`
} as const

/** Markdown as its text, so that it comes back to the letter. */
const markdown = (text: string): string =>
  tag(
    "div",
    { class: "markdown" },
    text
      .split("\n\n")
      .map((part) => tag("p", {}, lineBreaks(part)))
      .join("")
  )

const declarationOf = (
  { baseType, cardinality, caseSensitive, correct, mapping }: Said,
  points: number,
  write: Write
): string => {
  const value = (text: string) => write("value", {}, escaped(text))
  const mapEntry = ([mapKey, part]: readonly [string, Fraction]) =>
    write("mapEntry", {
      mapKey,
      mappedValue: fixed(times(exact(part), rational(points)), 10),
      ...(caseSensitive !== undefined && { caseSensitive: String(caseSensitive) })
    })
  return write(
    "responseDeclaration",
    { identifier: "RESPONSE", cardinality, baseType },
    correct.length === 0 ? "" : write("correctResponse", {}, ...correct.map(value)),
    mapping === undefined
      ? ""
      : write("mapping", { lowerBound: 0, upperBound: points, defaultValue: 0 }, ...mapping.map(mapEntry))
  )
}

const scoreOf = (points: number, write: Write): string =>
  write("setOutcomeValue", { identifier: "SCORE" }, write("baseValue", { baseType: "float" }, String(points)))

const processingOf = (
  { mapping, tolerance }: Said,
  points: number,
  write: Write,
  version: Version
): string => {
  const template = (name: string) => write("responseProcessing", { template: templates[version](name) })
  if (mapping !== undefined) return template("map_response")
  if (tolerance === undefined && points === 1) return template("match_correct")
  const sides = [write("variable", { identifier: "RESPONSE" }), write("correct", { identifier: "RESPONSE" })]
  const compared =
    tolerance === undefined ? write("match", {}, ...sides) : write("equal", tolerance, ...sides)
  return write(
    "responseProcessing",
    {},
    write(
      "responseCondition",
      {},
      write("responseIf", {}, compared, scoreOf(points, write)),
      write("responseElse", {}, scoreOf(0, write))
    )
  )
}

const outcome = (write: Write, attributes: Attributes, value?: number): string =>
  write(
    "outcomeDeclaration",
    attributes,
    value === undefined ? "" : write("defaultValue", {}, write("value", {}, String(value)))
  )

/** Feedback is shown unless its outcome names it: this one always is. */
const explanationOf = (explanation: string, write: Write, version: Version): string => {
  const content = markdown(explanation)
  return write(
    "modalFeedback",
    { outcomeIdentifier: "FEEDBACK", identifier: "EXPLANATION", showHide: "hide" },
    version === "3.0" ? write("contentBody", {}, content) : content
  )
}

export const printer =
  (version: Version) =>
  ({ content }: Portable): string | undefined => {
    const write = writer(version)
    const said = saidOf(content, write)
    if (said === undefined) return undefined
    const { body, explanation = "", points } = content
    const float = { cardinality: "single", baseType: "float" }
    const inside = lines(
      declarationOf(said, points, write),
      outcome(write, { identifier: "SCORE", ...float, normalMaximum: points }, 0),
      outcome(write, { identifier: "MAXSCORE", ...float }, points),
      explanation === ""
        ? undefined
        : outcome(write, { identifier: "FEEDBACK", cardinality: "single", baseType: "identifier" }),
      write("itemBody", {}, lines(markdown(body), said.interaction)),
      content.type === "open_text" ? undefined : processingOf(said, points, write, version),
      explanation === "" ? undefined : explanationOf(explanation, write, version)
    )
    const attributes = {
      xmlns: namespaces[version],
      // Of what it says: the same question has the same name in every file.
      identifier: `question-${(Hash.string(inside) >>> 0).toString(16)}`,
      title: titleOf(body),
      adaptive: "false",
      timeDependent: "false"
    }
    return write("assessmentItem", attributes, inside)
  }

export const join = (records: ReadonlyArray<string>): string =>
  records.map((record) => `${head}\n${record}\n`).join("")
