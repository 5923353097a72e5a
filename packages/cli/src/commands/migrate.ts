import { migrate, pending } from "@lyceum/adapters-postgres/migrate"
import { Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { patientPool, serverLayer } from "../database.ts"
import { CliFailure } from "../failure.ts"
import { print } from "../output.ts"

export const migrateCommand = Command.make(
  "migrate",
  {
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only tell what would be applied")
    ),
    check: Flag.Boolean("check").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Fail when something is pending")
    )
  },
  Effect.fnUntraced(
    function* ({ check, dryRun }) {
      const names = yield* check || dryRun ? pending : migrate
      yield* print({ [check || dryRun ? "pending" : "applied"]: names })
      if (check && names.length > 0) {
        return yield* new CliFailure({
          exitCode: 1,
          message: `${names.length} migrations are pending: run lyceum migrate`
        })
      }
    },
    Effect.provide(Layer.provide(patientPool, serverLayer))
  )
).pipe(
  Command.withDescription("Bring the database to the version of this program"),
  Command.withExamples([
    { command: "lyceum migrate --dry-run", description: "What would be applied" },
    {
      command: "lyceum migrate --check",
      description: "In a deployment: exit code 1 when something is pending"
    }
  ])
)
