import { migrate, pending } from "@lyceum/adapters-postgres/migrate"
import { findings, rolesScript } from "@lyceum/adapters-postgres/security"
import { Console, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { patientPool, serverLayer } from "../database.ts"
import { CliFailure } from "../failure.ts"
import { print } from "../output.ts"

const bringForward = Effect.fnUntraced(function* ({
  check,
  dryRun
}: {
  readonly check: boolean
  readonly dryRun: boolean
}) {
  const names = yield* check || dryRun ? pending : migrate
  if (!check) return yield* print({ [dryRun ? "pending" : "applied"]: names })
  const open = names.length > 0 ? [] : yield* findings
  yield* print({ pending: names, ...(open.length > 0 && { findings: open }) })
  if (names.length > 0) {
    return yield* new CliFailure({
      exitCode: 1,
      message: `${names.length} migrations are pending: run lyceum migrate`
    })
  }
  if (open.length > 0) {
    const told = open.map(({ name, places, says }) => `${name}: ${says} (${places.join(", ")})`)
    return yield* new CliFailure({ exitCode: 1, message: told.join("\n") })
  }
})

export const migrateCommand = Command.make(
  "migrate",
  {
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only tell what would be applied")
    ),
    check: Flag.Boolean("check").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Fail when something is pending, or when the database guards less than it should")
    ),
    roles: Flag.Boolean("roles").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only print the SQL that makes the roles, for an administrator to run once")
    )
  },
  Effect.fnUntraced(function* ({ check, dryRun, roles }) {
    if (roles) return yield* Console.log(rolesScript())
    yield* Effect.provide(bringForward({ check, dryRun }), Layer.provide(patientPool, serverLayer))
  })
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
