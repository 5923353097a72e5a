/** Course files on disk: YAML or JSON, read so that every mistake is named with its line. Source: CON-12. */
import { CourseDocument, readDocument } from "@lyceum/core/content"
import type { FieldIssue } from "@lyceum/core/shared"
import { Effect, Result, Schema } from "effect"
import { readFile } from "node:fs/promises"
import { Document, isMap, isNode, isSeq, LineCounter, parseDocument, visit } from "yaml"
import { CliFailure } from "./failure.ts"

/** One mistake: where it is in the file, counted from 1, and in the document. */
export interface FileIssue {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
}

/** What a person reads of them: a line each, as compilers write it, so that editors find the place. */
export const fileFailure = (file: string, issues: ReadonlyArray<FileIssue>): CliFailure =>
  new CliFailure({
    message: issues
      .map(
        ({ column, line, message, path }) =>
          `${file}:${line}:${column}: ${path === "" ? "" : `${path} `}${message}`
      )
      .join("\n"),
    exitCode: 2
  })

type Path = FieldIssue["path"]

export interface CourseFile {
  readonly document: CourseDocument
  /** Places the issues that an import of the document was refused with. */
  readonly locate: (issues: ReadonlyArray<FieldIssue>) => ReadonlyArray<FileIssue>
}

/** `modules[2].lessons[0].title` */
const spelled = (path: Path): string =>
  path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("")

/** More than any course needs; aliases that multiply are an attack. */
const maxAliases = 100

/** One step of a path down from a node: the child, and where the field that names it begins. */
const descend = (node: unknown, step: string | number): { readonly child: unknown; readonly at?: number } => {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => String(key) === String(step))
    const at = isNode(pair?.key) ? pair.key.range?.[0] : undefined
    return { child: pair?.value, ...(at !== undefined && { at }) }
  }
  return { child: isSeq(node) && typeof step === "number" ? node.items[step] : undefined }
}

/** Where a path leads: to the name of a field, or to an item; where it leads nowhere, to the last thing on it. */
const offsetOf = (root: unknown, path: Path): number => {
  let [node, offset] = [root, 0]
  for (const step of path) {
    const { at, child } = descend(node, step)
    if (child === undefined && at === undefined) return offset
    node = child
    offset = at ?? (isNode(child) ? (child.range?.[0] ?? offset) : offset)
  }
  return offset
}

const parseText = (text: string) => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const place = (offset: number) => {
    const { col, line } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const locate = (issues: ReadonlyArray<FieldIssue>): ReadonlyArray<FileIssue> =>
    issues
      // The file is a field of the input that an import refuses.
      .map(({ message, path }) => ({ message, path: path[0] === "document" ? path.slice(1) : path }))
      .map(({ message, path }) => ({
        ...place(offsetOf(document.contents, path)),
        path: spelled(path),
        message
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column)
  return { document, locate, place }
}

/** Reads the text of a course file. JSON is YAML too, so one reader places the mistakes of both. */
export const parseCourse = (text: string): Result.Result<CourseFile, ReadonlyArray<FileIssue>> => {
  const { document, locate, place } = parseText(text)
  if (document.errors.length > 0) {
    return Result.fail(
      document.errors.map(({ message, pos: [from] }) => ({
        ...place(from),
        path: "",
        message: message.split(" at line ")[0]!
      }))
    )
  }
  const json = Result.try(() => document.toJS({ maxAliasCount: maxAliases }) as unknown)
  if (Result.isFailure(json))
    return Result.fail([{ line: 1, column: 1, path: "", message: "has too many aliases" }])
  return Result.mapBoth(readDocument(json.success), {
    onFailure: ({ issues }) => locate(issues),
    onSuccess: (course) => ({ document: course, locate })
  })
}

/** The course file of that name. */
export const readCourseFile = Effect.fn("readCourseFile")(function* (file: string) {
  const text = yield* Effect.tryPromise({
    try: () => readFile(file, "utf8"),
    catch: () => new CliFailure({ message: `${file} cannot be read`, exitCode: 1 })
  })
  return yield* Effect.mapError(Effect.fromResult(parseCourse(text)), (issues) => fileFailure(file, issues))
})

const encode = Schema.encodeSync(Schema.toCodecJson(CourseDocument))

/** Text that a literal block gives back as it is: no blanks where YAML counts them, no characters that it changes. */
const isPlainProse = (text: string): boolean =>
  !/^\s/u.test(text) && !/^[^\S\n]+$|[^\P{C}\n]|[\u2028\u2029]/mu.test(text)

/** The text of a course file; long texts stay readable lines in YAML. */
export const courseText = (document: CourseDocument, format: "yaml" | "json"): string => {
  if (format === "json") return `${JSON.stringify(encode(document), undefined, 2)}\n`
  const yaml = new Document(encode(document))
  visit(yaml, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string" && !isPlainProse(scalar.value)) scalar.type = "QUOTE_DOUBLE"
    }
  })
  return yaml.toString({ lineWidth: 0, blockQuote: "literal", doubleQuotedAsJSON: true })
}
