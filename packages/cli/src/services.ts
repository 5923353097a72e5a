/** The services of the core over the configured database: what every command that is a use case runs on. */
import { CourseDefault } from "@lyceum/core/access"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared"
import { webhookSenderLayer } from "@lyceum/adapters-http/sender"
import { postgresLayer } from "@lyceum/adapters-postgres"
import { migrate, pending } from "@lyceum/adapters-postgres/migrate"
import { keepCourseDefault } from "@lyceum/adapters-postgres/security"
import { Effect, Layer } from "effect"
import { Config } from "./config.ts"
import { databaseLayer, patientPool } from "./database.ts"
import { CliFailure } from "./failure.ts"

/** An embedded database belongs to this program, which keeps it up to date; another one is migrated by its operator. */
const upToDate = Layer.effectDiscard(
  Effect.gen(function* () {
    const { databaseUrl } = yield* Config
    if (databaseUrl === undefined)
      return yield* Effect.asVoid(Effect.provide(migrate, patientPool, { local: true }))
    // Before the roles are there, nobody can become one.
    const names = yield* Effect.catch(pending, () => Effect.provide(pending, patientPool, { local: true }))
    if (names.length === 0) return
    return yield* new CliFailure({
      exitCode: 1,
      message: `The database is ${names.length === 1 ? "a migration" : `${names.length} migrations`} behind this program: run lyceum migrate first.`
    })
  })
)

const courseDefault = Layer.effect(
  CourseDefault,
  Effect.map(Config, (settings) => settings.courseDefault)
)

const toldCourseDefault = Layer.effectDiscard(
  Effect.flatMap(Config, (settings) => keepCourseDefault(settings.courseDefault))
)

export const appLayer = servicesLayer.pipe(
  Layer.provideMerge(postgresLayer),
  Layer.provideMerge(Layer.provideMerge(toldCourseDefault, upToDate)),
  Layer.provideMerge(databaseLayer),
  Layer.provideMerge(
    Layer.mergeAll(
      platformLayer,
      courseDefault,
      webhookSenderLayer(),
      Layer.succeed(Subscribers, subscribers)
    )
  )
)
