/** A PostgreSQL server of a bench's own, with all migrations, and the services of the core over it. */
import { PgClient } from "@effect/sql-pg"
import { webhookSenderLayer } from "@lyceum/adapters-http/sender"
import { connect, postgresLayer } from "@lyceum/adapters-postgres"
import * as EmbeddedPostgres from "@lyceum/adapters-postgres/embedded"
import { migrate } from "@lyceum/adapters-postgres/migrate"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared"
import { Effect, Layer } from "effect"

const database = Layer.unwrap(
  Effect.gen(function* () {
    const server = yield* EmbeddedPostgres.start({ settings: { shared_buffers: "256MB" } })
    const on = { ...server, database: "postgres" }
    yield* Effect.provide(migrate, PgClient.layer({ ...on, maxConnections: 2 }), { local: true })
    // Filling tables takes longer than a request may.
    return connect({ ...on, maxConnections: 4, startupParameters: { statement_timeout: "300s" } })
  })
)

export const schoolOnPostgres = servicesLayer.pipe(
  Layer.provideMerge(postgresLayer),
  Layer.provideMerge(database),
  Layer.provideMerge(
    Layer.mergeAll(platformLayer, webhookSenderLayer(), Layer.succeed(Subscribers, subscribers))
  )
)
