/** Laws of the use cases of webhooks. Source: OPS-5. */
import { assert, it } from "@effect/vitest"
import { Array, Effect, Option } from "effect"
import { type Actor, anonymous, CurrentActor, user } from "../src/shared/actor.ts"
import { IdempotencyKey } from "../src/shared/idempotency.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { DeliveryId, SubscriptionId, Webhooks } from "../src/webhooks/index.ts"
import type { Adapter } from "./ground.ts"
import { at, later } from "./jobs-ground.ts"
import { unique } from "./samples.ts"
import {
  asOperator,
  begin,
  call,
  deliveriesOf,
  happen,
  member,
  operator,
  react,
  rightSignatures,
  sent,
  subscribed,
  subscriptionOf,
  tell,
  viewer,
  webhooksOn,
  willAnswer
} from "./webhooks-ground.ts"

const missing = SubscriptionId.make("00000000-0000-7000-8000-000000000000")
const missingDelivery = DeliveryId.make("00000000-0000-7000-8000-000000000000")
const namesOf = (subject: string) =>
  Effect.map(
    Outbox.use((outbox) => outbox.events({ subject }, Option.none(), 100)),
    (events) => events.map(({ name }) => name)
  )

export const webhooksDeskContract = (adapter: string, layer: Adapter) =>
  it.layer(webhooksOn(layer), { timeout: "60 seconds" })(`Use cases of webhooks on ${adapter}`, (it) => {
    it.effect("a secret is 256 random bits, shown once, and in nothing that is seen later (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const creating = webhooks
          .create({ url: "https://a.example/", events: ["access.*"] })
          .pipe(asOperator, Effect.provideService(IdempotencyKey, Option.some(unique("key"))))
        const { secret = "none", subscription } = yield* creating
        assert.match(secret, /^whsec_/)
        assert.strictEqual(Buffer.from(secret.slice(6), "base64").length, 32)
        assert.deepStrictEqual(
          yield* creating,
          { subscription },
          "a repeated command does not show it again (KER-20)"
        )
        const rotated = yield* webhooks
          .rotateSecret({ id: subscription.id, oldEndsAt: later(9) })
          .pipe(asOperator)
        yield* happen()
        const seen = JSON.stringify([
          yield* subscriptionOf(subscription.id),
          yield* webhooks.list({}).pipe(asOperator),
          yield* webhooks.deliveries({ id: subscription.id }).pipe(asOperator),
          yield* Outbox.use((outbox) => outbox.events({ subject: subscription.id }, Option.none(), 100)),
          (yield* sent).map(({ body }) => body)
        ])
        for (const one of [secret, rotated.secret ?? "none"]) assert.notInclude(seen, one.slice(6))
      })
    )

    it.effect(
      "during a rotation both secrets sign; the old one until the given instant, not at it (OPS-5)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const webhooks = yield* Webhooks
          const { secret: first = "", subscription } = yield* subscribed()
          const { secret: second = "" } = yield* webhooks
            .rotateSecret({ id: subscription.id, oldEndsAt: later(5000) })
            .pipe(asOperator)
          yield* at(4999)
          yield* happen()
          yield* at(5000)
          yield* happen()
          const [during, after] = yield* sent
          assert.deepStrictEqual([rightSignatures(during!, first), rightSignatures(during!, second)], [1, 1])
          assert.strictEqual(during!.headers["webhook-signature"]?.split(" ").length, 2)
          assert.deepStrictEqual([rightSignatures(after!, first), rightSignatures(after!, second)], [0, 1])
          yield* webhooks.rotateSecret({ id: subscription.id, oldEndsAt: later(90_000) }).pipe(asOperator)
          const { secret: fourth = "" } = yield* webhooks
            .rotateSecret({ id: subscription.id, oldEndsAt: later(90_000) })
            .pipe(asOperator)
          yield* happen()
          const last = (yield* sent).at(-1)!
          assert.deepStrictEqual(
            [rightSignatures(last, second), rightSignatures(last, fourth)],
            [0, 1],
            "two sign at most"
          )
          assert.strictEqual(last.headers["webhook-signature"]?.split(" ").length, 2)
          const past = yield* Effect.flip(
            webhooks.rotateSecret({ id: subscription.id, oldEndsAt: later(4999) }).pipe(asOperator)
          )
          assert.strictEqual(past._tag, "kernel.invalid")
        })
    )

    it.effect("a private target is refused when it is named (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const { subscription } = yield* subscribed()
        for (const url of [
          "https://127.0.0.1/",
          "https://[::1]/",
          "https://2130706433/",
          "https://localhost/",
          "https://169.254.169.254/latest"
        ]) {
          const creating = yield* Effect.flip(webhooks.create({ url, events: ["access.*"] }).pipe(asOperator))
          const updating = yield* Effect.flip(webhooks.update({ id: subscription.id, url }).pipe(asOperator))
          for (const refusal of [creating, updating]) {
            assert.deepInclude(refusal, {
              issues: [{ path: ["url"], message: "must not point to a private address" }]
            })
          }
        }
        assert.deepStrictEqual(yield* subscriptionOf(subscription.id), subscription)
      })
    )

    it.effect("a subscription is changed in part, disabled and enabled by hand (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const { subscription } = yield* subscribed()
        const { id } = subscription
        const moved = yield* webhooks.update({ id, url: "https://new.example/" }).pipe(asOperator)
        assert.deepStrictEqual(moved, { ...subscription, url: "https://new.example/" })
        assert.deepInclude(yield* webhooks.update({ id, events: ["users.*"] }).pipe(asOperator), {
          url: "https://new.example/",
          events: ["users.*"]
        })
        yield* at(7)
        const off = yield* webhooks.update({ id, enabled: false }).pipe(asOperator)
        assert.deepInclude(off, { status: "disabled", disabledBecause: "by_hand", disabledAt: later(7) })
        yield* at(9)
        assert.deepInclude(
          yield* webhooks.update({ id, enabled: false }).pipe(asOperator),
          { disabledAt: later(7) },
          "it was off already"
        )
        yield* happen({ name: "users.profile_created" })
        assert.deepStrictEqual(yield* sent, [])
        assert.deepInclude(yield* webhooks.update({ id, enabled: true }).pipe(asOperator), {
          status: "enabled"
        })
        yield* happen({ name: "users.profile_created" })
        assert.strictEqual((yield* sent).length, 1)
        assert.strictEqual(
          (yield* namesOf(id)).filter((name) => name === "webhooks.subscription_changed").length,
          5
        )
      })
    )

    it.effect("enabling forgets past failures, so that a day begins anew (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const { subscription } = yield* subscribed()
        yield* willAnswer({ status: 500 })
        yield* happen()
        assert.property(yield* subscriptionOf(subscription.id), "failingSince")
        assert.notProperty(
          yield* webhooks.update({ id: subscription.id, enabled: true }).pipe(asOperator),
          "failingSince"
        )
      })
    )

    it.effect("what waits for a subscription that is disabled meanwhile is given up, not sent (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const { subscription } = yield* subscribed()
        yield* tell()
        yield* react
        yield* webhooks.update({ id: subscription.id, enabled: false }).pipe(asOperator)
        assert.deepInclude(yield* call, { completed: 1, failed: 0 })
        assert.deepStrictEqual(yield* sent, [])
        assert.deepInclude((yield* deliveriesOf(subscription.id))[0], {
          status: "failed",
          lastError: "subscription_disabled",
          attempts: 0
        })
      })
    )

    it.effect(
      "one delivery is replayed, delivered or failed, with the id it had; never to a disabled subscription (OPS-5)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const webhooks = yield* Webhooks
          const { subscription } = yield* subscribed()
          yield* happen()
          const [delivery] = yield* deliveriesOf(subscription.id)
          for (const status of ["delivered", "failed"] as const) {
            assert.deepInclude(yield* webhooks.replay({ id: delivery!.id }).pipe(asOperator), {
              status: "pending"
            })
            yield* call
            assert.deepInclude((yield* deliveriesOf(subscription.id))[0], { status: "delivered" }, status)
          }
          assert.deepStrictEqual(
            (yield* sent).map(({ headers }) => headers["webhook-id"]),
            Array.makeBy(3, () => delivery!.eventId)
          )
          assert.deepInclude((yield* deliveriesOf(subscription.id))[0], { attempts: 3 })
          assert.includeMembers([...(yield* namesOf(delivery!.id))], ["webhooks.delivery_replayed"])
          yield* webhooks.update({ id: subscription.id, enabled: false }).pipe(asOperator)
          const refused = yield* Effect.flip(webhooks.replay({ id: delivery!.id }).pipe(asOperator))
          assert.strictEqual(refused._tag, "webhooks.subscription_is_disabled")
        })
    )

    it.effect("a ping goes to its one subscription, on the road of all events (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const { secret = "", subscription } = yield* subscribed(
          ["users.profile_created"],
          "https://a.example/"
        )
        yield* subscribed(["webhooks.*"], "https://b.example/")
        yield* react
        yield* call
        const before = (yield* sent).length
        yield* webhooks.ping({ id: subscription.id }).pipe(asOperator)
        yield* react
        yield* call
        const pings = (yield* sent).slice(before)
        assert.deepStrictEqual(
          pings.map(({ url }) => url),
          ["https://a.example/"]
        )
        assert.strictEqual(rightSignatures(pings[0]!, secret), 1)
        assert.deepInclude(JSON.parse(pings[0]!.body), {
          type: "webhooks.pinged",
          data: { subscriptionId: subscription.id }
        })
        yield* webhooks.update({ id: subscription.id, enabled: false }).pipe(asOperator)
        const refused = yield* Effect.flip(webhooks.ping({ id: subscription.id }).pipe(asOperator))
        assert.strictEqual(refused._tag, "webhooks.subscription_is_disabled")
      })
    )

    it.effect("a removed subscription is gone with its deliveries, and its jobs do nothing (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const { subscription } = yield* subscribed()
        const { id } = subscription
        yield* tell()
        yield* react
        const [delivery] = yield* deliveriesOf(id)
        yield* webhooks.remove({ id }).pipe(asOperator)
        assert.deepInclude(yield* call, { completed: 1, failed: 0 })
        assert.deepStrictEqual(yield* sent, [])
        assert.strictEqual(
          (yield* Effect.flip(webhooks.get({ id }).pipe(asOperator)))._tag,
          "webhooks.subscription_not_found"
        )
        assert.strictEqual(
          (yield* Effect.flip(webhooks.replay({ id: delivery!.id }).pipe(asOperator)))._tag,
          "webhooks.delivery_not_found"
        )
        assert.includeMembers([...(yield* namesOf(id))], ["webhooks.subscription_removed"])
      })
    )

    it.effect(
      "subscriptions and deliveries are listed newest first, each once, deliveries by status too (OPS-5, KER-24)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const webhooks = yield* Webhooks
          const ids = yield* Effect.forEach(Array.range(1, 5), () =>
            Effect.map(subscribed(["users.*"]), ({ subscription }) => subscription.id)
          )
          const listed: Array<SubscriptionId> = []
          let cursor: string | undefined
          do {
            const page = yield* webhooks
              .list({ limit: 2, ...(cursor !== undefined && { cursor }) })
              .pipe(asOperator)
            listed.push(...page.items.map(({ id }) => id))
            cursor = page.next
          } while (cursor !== undefined)
          assert.deepStrictEqual(listed, ids.toReversed())
          const { subscription } = yield* subscribed()
          yield* Effect.forEach(Array.range(1, 4), () => happen(), { discard: true })
          yield* willAnswer({ status: 500 })
          yield* happen()
          const list = (input: object) =>
            webhooks.deliveries({ id: subscription.id, ...input }).pipe(asOperator)
          const first = yield* list({ limit: 3 })
          const second = yield* list({ limit: 3, cursor: first.next })
          const paged = [...first.items, ...second.items].map(({ id }) => id)
          assert.deepStrictEqual(
            paged,
            (yield* deliveriesOf(subscription.id)).map(({ id }) => id)
          )
          assert.strictEqual(paged.length, 5)
          assert.deepStrictEqual(
            (yield* list({ status: "pending" })).items.map(({ id }) => id),
            paged.slice(0, 1)
          )
          assert.strictEqual((yield* list({ status: "delivered" })).items.length, 4)
        })
    )

    it.effect("a cursor of deliveries is of the list of one subscription alone (KER-24, OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const webhooks = yield* Webhooks
        const one = yield* subscribed()
        const other = yield* subscribed()
        yield* happen()
        yield* happen()
        const list = (id: SubscriptionId, cursor?: string) =>
          webhooks.deliveries({ id, limit: 1, ...(cursor !== undefined && { cursor }) }).pipe(asOperator)
        const { next = "none" } = yield* list(one.subscription.id)
        assert.lengthOf((yield* list(one.subscription.id, next)).items, 1)
        const refused = yield* Effect.flip(list(other.subscription.id, next))
        assert.strictEqual(refused._tag, "kernel.invalid")
      })
    )

    it.effect(
      "seeing takes operations.view, acting operations.manage, before anything is said of the thing (OPS-5, KER-10)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const webhooks = yield* Webhooks
          const { subscription } = yield* subscribed()
          const { id } = subscription
          type Attempt = Effect.Effect<unknown, { readonly _tag: string }, CurrentActor>
          const refusal = (attempt: Attempt, actor: Actor) =>
            Effect.map(Effect.flip(Effect.provideService(attempt, CurrentActor, actor)), ({ _tag }) => _tag)
          const seeing: ReadonlyArray<Attempt> = [
            webhooks.list({}),
            webhooks.get({ id: missing }),
            webhooks.deliveries({ id: missing })
          ]
          const acting: ReadonlyArray<Attempt> = [
            webhooks.create({ url: "https://a.example/", events: ["access.*"] }),
            webhooks.update({ id: missing }),
            webhooks.remove({ id }),
            webhooks.rotateSecret({ id, oldEndsAt: later(1) }),
            webhooks.replay({ id: missingDelivery }),
            webhooks.ping({ id })
          ]
          for (const attempt of [...seeing, ...acting])
            assert.strictEqual(yield* refusal(attempt, user(member)), "kernel.forbidden")
          for (const attempt of acting) {
            assert.strictEqual(yield* refusal(attempt, user(viewer)), "kernel.forbidden")
            assert.strictEqual(yield* refusal(attempt, anonymous), "kernel.sign_in_required")
          }
          const unknown: ReadonlyArray<Attempt> = [
            webhooks.get({ id: missing }),
            webhooks.deliveries({ id: missing }),
            webhooks.update({ id: missing }),
            webhooks.remove({ id: missing }),
            webhooks.rotateSecret({ id: missing, oldEndsAt: later(1) }),
            webhooks.ping({ id: missing })
          ]
          for (const attempt of unknown) {
            assert.strictEqual(yield* refusal(attempt, user(operator)), "webhooks.subscription_not_found")
          }
          assert.strictEqual(
            yield* refusal(webhooks.replay({ id: missingDelivery }), user(operator)),
            "webhooks.delivery_not_found"
          )
          assert.deepStrictEqual(yield* subscriptionOf(id), subscription)
        })
    )
  })
