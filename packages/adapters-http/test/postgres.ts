/** The school of `school.ts` on a database of its own. */
import { postgresLayer } from "@lyceum/adapters-postgres"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Subscribers } from "@lyceum/core/shared/ports"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { Effect, Layer, Logger } from "effect"
import { testDatabase } from "../../adapters-postgres/test/database.ts"

const silentSender = Layer.succeed(
  WebhookSender,
  WebhookSender.of({ post: () => Effect.succeed({ status: 204, body: "" }) })
)

/** Everything on PostgreSQL, and quiet; the SQL client beside it. */
export const postgresServices = Layer.fresh(
  servicesLayer.pipe(
    Layer.provideMerge(postgresLayer),
    Layer.provideMerge(
      Layer.mergeAll(
        platformLayer,
        silentSender,
        testDatabase,
        Layer.succeed(Subscribers, subscribers),
        Logger.layer([])
      )
    )
  )
)
