/** Ends a command: messages on stderr, answers on stdout, and the exit codes of CLI-1. */
import { Invalid, StorageUnavailable } from "@lyceum/core/shared"
import { tellings } from "@lyceum/core"
import { Cause, Console, Effect, Exit, Layer, Option } from "effect"
import { CliConfig, CliError, CliOutput, Command, GlobalFlag } from "effect/cli"
import { SqlError } from "effect/sql"
import { environment } from "./config.ts"
import { CliFailure } from "./failure.ts"
import { kebab } from "./names.ts"
import { harmless } from "./output.ts"

interface Tagged {
  readonly _tag: string
}
const isTagged = (value: unknown): value is Tagged =>
  value !== null && typeof value === "object" && "_tag" in value && typeof value._tag === "string"

type Language = "en" | "fr"

/** What a person reads of a refusal: its sentence, its code, and each wrong field. */
export const sentenceOf = (error: Tagged, language: Language): string => {
  if (error instanceof CliFailure) return error.message
  const telling = tellings[error._tag as keyof typeof tellings] as
    | { readonly [L in Language]: (error: unknown) => string }
    | undefined
  const fallback = error instanceof Error && error.message !== "" ? error.message : error._tag
  const lines = [telling === undefined ? fallback : `${telling[language](error)} (${error._tag})`]
  if (error instanceof Invalid) {
    lines.push(
      ...error.issues.map(
        ({ message, path }) =>
          `  ${path.map((step, depth) => (depth === 0 ? kebab(String(step)) : String(step))).join(".") || "input"}: ${message}`
      )
    )
  }
  return harmless(lines.join("\n"))
}

const faultsOf = (cause: Cause.Cause<unknown>): ReadonlyArray<unknown> =>
  cause.reasons.flatMap((reason) =>
    Cause.isFailReason(reason) ? [reason.error] : Cause.isDieReason(reason) ? [reason.defect] : []
  )

/** The innermost error that says something: drivers wrap theirs several times. */
const innermost = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error
    ? innermost(error.cause)
    : error instanceof Error
      ? error.message
      : String(error)

/** Faults of the database reach us as they are, or as defects. Its own words name no password. */
const databaseFault = (cause: Cause.Cause<unknown>): string | undefined => {
  const faults = faultsOf(cause)
  const unavailable = faults.find(
    (fault) =>
      fault instanceof StorageUnavailable ||
      (SqlError.isSqlError(fault) && /^(Connection|Authentication)Error$/.test(fault.reason._tag))
  )
  if (unavailable !== undefined)
    return `The database is not available (${innermost(unavailable)}). lyceum config shows where it is looked for.`
  const refused = faults.find(SqlError.isSqlError)
  return refused === undefined ? undefined : `The database refused: ${innermost(refused)}`
}

const isDebugging = (): boolean => environment()["LYCEUM_LOG_LEVEL"] === "Debug"

/** What a person reads of a command that failed. */
const told = (cause: Cause.Cause<unknown>, language: Language): string => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  const sentence =
    databaseFault(cause) ??
    (isTagged(error)
      ? sentenceOf(error, language)
      : "Something went wrong that should not have. LYCEUM_LOG_LEVEL=Debug shows what.")
  return isDebugging() ? `${sentence}\n${Cause.pretty(cause)}` : sentence
}

const exitCodeOf = (error: unknown): number =>
  error instanceof CliFailure
    ? error.exitCode
    : error instanceof Invalid || CliError.isCliError(error)
      ? 2
      : 1

/** Read off the words themselves: a command line that does not parse is answered too. */
const languageOf = (args: ReadonlyArray<string>): Language =>
  args.some((arg, index) => arg === "--language=fr" || (arg === "--language" && args[index + 1] === "fr"))
    ? "fr"
    : "en"

/** Help that was asked for is an answer. What else the parser has to say is not: it goes to stderr, and is short. */
const presenter = (formatter: CliOutput.Formatter): CliOutput.Presenter => ({
  present: (event) => {
    switch (event._tag) {
      case "Help": {
        const text = formatter.formatHelpDoc(event.helpDoc)
        return event.reason === "Requested" ? Console.log(text) : Console.error(text)
      }
      case "InvalidInvocation":
        return Console.error(
          [
            ...event.errors.map((error) => formatter.formatCliError(error)),
            `Usage: ${event.helpDoc.usage}`,
            `Help:  ${event.commandPath.join(" ")} --help`
          ].join("\n")
        )
      case "Version":
        return Console.log(formatter.formatVersion(event.name, event.version))
    }
  }
})

const parsing = Layer.mergeAll(
  // How much is logged is said by the configuration, as for every other program of the platform.
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
  CliOutput.layerPresenter(presenter(CliOutput.defaultFormatter({ globalFlags: "summary" })))
)

/** Runs a command line and answers its exit code; never fails. */
export const runCommandLine = <R>(
  command: Command.Command<string, any, any, any, R>,
  args: ReadonlyArray<string>,
  version: string
) =>
  Command.runWith(command, { version })(args).pipe(
    Effect.provide(parsing),
    Effect.exit,
    Effect.flatMap((exit) =>
      Effect.gen(function* () {
        if (Exit.isSuccess(exit)) return 0
        if (Cause.hasInterruptsOnly(exit.cause)) return 130
        const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
        // Usage errors were told by the parser already.
        if (!CliError.isCliError(error)) yield* Console.error(told(exit.cause, languageOf(args)))
        return exitCodeOf(error)
      })
    )
  )
