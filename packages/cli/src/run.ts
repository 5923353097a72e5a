/** Ends a command: messages on stderr, answers on stdout, and the exit codes of CLI-1. */
import { Invalid } from "@lyceum/core/shared"
import { tellings } from "@lyceum/core"
import { Cause, Console, Effect, Exit, Option } from "effect"
import { CliError, Command } from "effect/cli"
import { CliFailure } from "./failure.ts"
import { kebab } from "./names.ts"

interface Tagged {
  readonly _tag: string
}
const isTagged = (value: unknown): value is Tagged =>
  value !== null && typeof value === "object" && "_tag" in value && typeof value._tag === "string"

/** What a person reads of a refusal: its sentence, its code, and each wrong field. */
export const sentenceOf = (error: unknown, language: "en" | "fr"): string => {
  if (error instanceof CliFailure) return error.message
  if (!isTagged(error))
    return "Something went wrong that should not have. Run again with LYCEUM_LOG_LEVEL=Debug."
  const telling = tellings[error._tag as keyof typeof tellings] as
    | { readonly [L in "en" | "fr"]: (error: unknown) => string }
    | undefined
  const lines = [`${telling?.[language](error) ?? error._tag} (${error._tag})`]
  if (error instanceof Invalid) {
    lines.push(
      ...error.issues.map(
        ({ message, path }) => `  ${path.map(String).map(kebab).join(".") || "input"}: ${message}`
      )
    )
  }
  return lines.join("\n")
}

const exitCodeOf = (error: unknown): number =>
  error instanceof CliFailure
    ? error.exitCode
    : error instanceof Invalid || CliError.isCliError(error)
      ? 2
      : 1

const languageOf = (args: ReadonlyArray<string>): "en" | "fr" =>
  args.some((arg, index) => arg === "--language=fr" || (arg === "--language" && args[index + 1] === "fr"))
    ? "fr"
    : "en"

/** Runs a command line and answers its exit code; never fails. */
export const runCommandLine = <R>(
  command: Command.Command<string, any, any, any, R>,
  args: ReadonlyArray<string>,
  version: string
) =>
  Command.runWith(command, { version })(args).pipe(
    Effect.exit,
    Effect.flatMap((exit) =>
      Effect.gen(function* () {
        if (Exit.isSuccess(exit)) return 0
        if (Cause.hasInterruptsOnly(exit.cause)) return 130
        const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
        if (error === undefined) yield* Effect.logDebug("a defect", exit.cause)
        // Usage errors were told by the parser already.
        if (!CliError.isCliError(error)) yield* Console.error(sentenceOf(error, languageOf(args)))
        return exitCodeOf(error)
      })
    )
  )
