/** `lyceum users import`: profiles from a file, however long. */
import { NewProfile, operations, Users } from "@lyceum/core/identity"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { type Outcome, runBatch } from "../batch.ts"
import { CliFailure } from "../failure.ts"
import { print } from "../output.ts"
import { asActor } from "../verb.ts"

type Imported = (typeof operations.importProfiles)["output"]["Type"][number]

const outcomeOf = ({ code, outcome }: Imported): Outcome =>
  outcome === "refused" ? { refused: code ?? "refused" } : { done: outcome }

export const usersImportCommand = Command.make(
  "import",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("CSV with a header, or NDJSON (.ndjson, .jsonl)")
    ),
    rejected: Flag.String("rejected").pipe(
      Flag.withMetavar("file"),
      Flag.optional,
      Flag.withDescription("Write refused rows with their reasons here, as CSV")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only read the file: tells what cannot be understood, stores nothing")
    )
  },
  Effect.fnUntraced(function* ({ dryRun, file, rejected }) {
    const users = yield* Users
    const counts = yield* runBatch({
      file,
      rejected,
      row: NewProfile,
      take: (rows) =>
        dryRun
          ? Effect.succeed(rows.map(() => ({ done: "understood" })))
          : Effect.map(asActor(users.importProfiles({ rows: [...rows] })), (all) => all.map(outcomeOf))
    })
    yield* print({ ...(dryRun ? { understood: 0 } : { created: 0, existing: 0 }), refused: 0, ...counts })
    if ((counts["refused"] ?? 0) === 0) return
    const where = Option.match(rejected, { onNone: () => "", onSome: (path) => ` See ${path}.` })
    return yield* new CliFailure({ exitCode: 3, message: `${counts["refused"]} rows were refused.${where}` })
  })
).pipe(
  Command.withDescription(
    "Make profiles from a file, streamed; who is there already is left as they are, so it can be run again"
  ),
  Command.withExamples([
    {
      command: "lyceum users import people.csv --rejected refused.csv",
      description:
        "Columns are the fields of NewProfile: id, username, displayName, email, locale, timeZone …"
    },
    { command: "lyceum users import people.csv --dry-run", description: "What could not be understood" }
  ])
)
