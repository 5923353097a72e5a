/** `lyceum import` and `lyceum export`: courses as files. Source: CON-12. */
import { courseOperations, Courses } from "@lyceum/core/content"
import { CourseId, Invalid, Slug } from "@lyceum/core/shared"
import { Console, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { writeFile } from "node:fs/promises"
import { CliFailure } from "../failure.ts"
import { courseText, fileFailure, readCourseFile } from "../files.ts"
import { humanText } from "../output.ts"
import { sentenceOf } from "../run.ts"
import { Json, Language } from "../settings.ts"
import { asActor } from "../verb.ts"

const encodeReport = Schema.encodeSync(Schema.toCodecJson(courseOperations.import.output))

/** One file, all or nothing; what the store finds wrong is told with its line, like what the file itself gets wrong. */
const importFile = Effect.fnUntraced(function* (
  file: string,
  options: { readonly dryRun: boolean; readonly prune: boolean }
) {
  const courses = yield* Courses
  const { document, locate } = yield* readCourseFile(file)
  const report = yield* asActor(courses.import({ document, ...options })).pipe(
    Effect.catchIf(
      (refusal) => refusal instanceof Invalid && refusal.issues.every(({ path }) => path[0] === "document"),
      (refusal) =>
        Effect.fail(
          fileFailure(
            file,
            locate((refusal as Invalid).issues.map((issue) => ({ ...issue, path: issue.path.slice(1) })))
          )
        )
    )
  )
  return encodeReport(report)
})

/** Whether the file is at fault, not what happened on the way. */
const isMistake = (refusal: { readonly _tag: string }): boolean =>
  refusal instanceof Invalid || (refusal instanceof CliFailure && refusal.exitCode === 2)

type Report = Effect.Success<ReturnType<typeof importFile>>

const countsOf = (items: ReadonlyArray<{ readonly change: string }>): string => {
  const counts = new Map<string, number>()
  for (const { change } of items) counts.set(change, (counts.get(change) ?? 0) + 1)
  return [...counts].map(([change, count]) => `${count} ${change}`).join(", ")
}

const tell = (file: string, report: Report) => {
  const { dryRun, items } = report as unknown as {
    readonly dryRun: boolean
    readonly items: ReadonlyArray<{ readonly change: string }>
  }
  const changed = items.filter(({ change }) => change !== "unchanged")
  const table = changed.length === 0 ? "" : `\n${humanText({ items: changed })}`
  return Console.log(`${file}: ${countsOf(items)}${dryRun ? " (dry run: nothing was stored)" : ""}${table}`)
}

export const importCommand = Command.make(
  "import",
  {
    files: Argument.String("file").pipe(
      Argument.atLeast(1),
      Argument.withDescription("Course files, YAML or JSON")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only tell what would change")
    ),
    prune: Flag.Boolean("prune").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Remove what the file lacks")
    )
  },
  Effect.fnUntraced(function* ({ dryRun, files, prune }) {
    const json = yield* Json
    const reports: Array<unknown> = []
    const refused: Array<{ readonly _tag: string }> = []
    for (const file of files) {
      const result = yield* Effect.result(importFile(file, { dryRun, prune }))
      if (result._tag === "Failure") {
        refused.push(result.failure)
        const message = sentenceOf(result.failure, yield* Language)
        yield* Console.error(message)
        reports.push({ file, refused: message })
        continue
      }
      reports.push({ file, ...(result.success as object) })
      if (!json) yield* tell(file, result.success)
    }
    if (json) yield* Console.log(JSON.stringify(reports))
    if (refused.length === 0) return
    return yield* new CliFailure({
      exitCode: refused.length < files.length ? 3 : refused.every(isMistake) ? 2 : 1,
      message: `${refused.length} of ${files.length} files changed nothing.`
    })
  })
).pipe(
  Command.withDescription("Take course files in; the same file twice changes nothing"),
  Command.withExamples([
    { command: "lyceum import courses/*.yaml --dry-run", description: "What would change" },
    { command: "lyceum import tea.yaml --prune", description: "Also remove what the file lacks" }
  ])
)

export const exportCommand = Command.make(
  "export",
  {
    course: Argument.String("course").pipe(Argument.withDescription("Slug or id")),
    format: Flag.Literals("format", ["yaml", "json"]).pipe(
      Flag.withDefault("yaml" as const),
      Flag.withDescription("How the file is written; --json is --format json")
    ),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("file"),
      Flag.optional,
      Flag.withDescription("A file; stdout without it")
    )
  },
  Effect.fnUntraced(function* ({ course, format, output }) {
    const courses = yield* Courses
    const byId = Schema.decodeUnknownOption(CourseId)(course)
    const courseId = Option.isSome(byId)
      ? byId.value
      : yield* Effect.gen(function* () {
          const slug = yield* Effect.mapError(Schema.decodeUnknownEffect(Slug)(course), Invalid.from)
          return (yield* asActor(courses.getBySlug({ slug }))).id
        })
    const text = courseText(yield* asActor(courses.export({ courseId })), (yield* Json) ? "json" : format)
    if (Option.isNone(output)) return yield* Console.log(text.trimEnd())
    return yield* Effect.tryPromise({
      try: () => writeFile(output.value, text),
      catch: (error) =>
        new CliFailure({ exitCode: 1, message: `${output.value} cannot be written: ${String(error)}` })
    })
  })
).pipe(
  Command.withDescription("A course as a file that imports without a change"),
  Command.withExamples([{ command: "lyceum export ai-foundations -o ai.yaml", description: "Into a file" }])
)
