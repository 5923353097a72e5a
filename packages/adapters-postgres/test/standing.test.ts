/** How many statements it takes to know what somebody may do. Source: RBAC-7. */
import { servicesLayer, subscribers } from "@lyceum/core"
import { seededPlatform } from "@lyceum/core/contract"
import { RoleName, Roles } from "@lyceum/core/rbac"
import {
  Authority,
  CurrentActor,
  currentInstant,
  service,
  Subscribers,
  user,
  UserId
} from "@lyceum/core/shared"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Tracer } from "effect"
import { postgresLayer } from "../src/index.ts"
import { testDatabase } from "./database.ts"

const services = servicesLayer.pipe(
  Layer.provide(
    Layer.succeed(WebhookSender, WebhookSender.of({ post: () => Effect.die("nothing is sent here") }))
  ),
  Layer.provide(postgresLayer.pipe(Layer.provide(testDatabase))),
  Layer.provide(Layer.succeed(Subscribers, subscribers)),
  Layer.provide(seededPlatform(1))
)

/** How many statements PostgreSQL is sent. */
const statementsOf = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return Effect.map(
    Effect.provideService(effect, Tracer.Tracer, tracer),
    () => spans.filter(({ attributes }) => attributes.has("db.query.text")).length
  )
}

const ann = UserId.make("00000000-0000-4000-8000-000000000001")
const premium = RoleName.make("premium_member")
const asService = Effect.provideService(CurrentActor, service("test"))

layer(services)("What somebody may do", (it) => {
  it.effect("is known from one statement, at every door and when it is asked for (RBAC-7)", () =>
    Effect.gen(function* () {
      const roles = yield* Roles
      const authority = yield* Authority
      const now = yield* currentInstant
      const standing = statementsOf(authority.standingOf(user(ann), now))
      const permission = statementsOf(
        asService(roles.hasPermission({ userId: ann, permission: "content.edit" }))
      )
      const role = statementsOf(asService(roles.hasRole({ userId: ann, role: RoleName.make("moderator") })))
      assert.deepStrictEqual([yield* standing, yield* permission, yield* role], [1, 1, 1])
      // Only where paying may change the answer is it asked who pays.
      const paying = statementsOf(asService(roles.hasRole({ userId: ann, role: premium })))
      const names = statementsOf(asService(roles.userPermissions({ userId: ann })))
      for (const count of [yield* paying, yield* names]) assert.isAbove(count, 1)
      const { version } = yield* asService(roles.getRole({ role: premium }))
      yield* asService(
        roles.setPermissions({ role: premium, version, permissions: [{ permission: "view_analytics" }] })
      )
      for (const count of [yield* standing, yield* permission]) assert.isAbove(count, 1)
    })
  )
})
