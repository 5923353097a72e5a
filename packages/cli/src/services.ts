/** The services of the core over the configured database: what every command that is a use case runs on. */
import { CourseDefault } from "@lyceum/core/access"
import { SubmitGrace } from "@lyceum/core/assessments"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared"
import { webhookSenderLayer } from "@lyceum/adapters-http/sender"
import { postgresLayer } from "@lyceum/adapters-postgres"
import { migrate, pending } from "@lyceum/adapters-postgres/migrate"
import { keepCourseDefault } from "@lyceum/adapters-postgres/security"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { Config } from "./config.ts"
import { databaseLayer, patientPool } from "./database.ts"
import { CliFailure } from "./failure.ts"
import { loggingLayer } from "./logging.ts"

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

const submitGrace = Layer.effect(
  SubmitGrace,
  Effect.map(Config, (settings) => settings.submitGraceMillis)
)

const toldCourseDefault = Layer.effectDiscard(
  Effect.flatMap(Config, (settings) => keepCourseDefault(settings.courseDefault))
)

const appLayer = servicesLayer.pipe(
  Layer.provideMerge(postgresLayer),
  Layer.provideMerge(Layer.provideMerge(toldCourseDefault, upToDate)),
  Layer.provideMerge(databaseLayer),
  Layer.provideMerge(
    Layer.mergeAll(courseDefault, submitGrace, webhookSenderLayer(), Layer.succeed(Subscribers, subscribers))
  )
)

/** What every command has: the configuration, logs as it wants them, and what a platform has to offer. */
export const configured = Layer.mergeAll(Layer.provideMerge(loggingLayer, Config.layer), platformLayer)

const services = Layer.provideMerge(appLayer, configured)

/** Gives a command the services. They are built when it runs: help and completions start nothing. */
export const onServices = (command: Command.Command<string, any, any, any, any>) =>
  Command.provide(command as never, services)
