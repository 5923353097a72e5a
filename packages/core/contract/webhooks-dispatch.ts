/** Laws of the road from an event to a receiver. Source: OPS-5, KER-19. */
import { assert, it } from "@effect/vitest"
import { Array, Deferred, Duration, Effect, Fiber, Option, Ref } from "effect"
import { JobQueue } from "../src/jobs/index.ts"
import { service } from "../src/shared/actor.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { WebhookDispatch, Webhooks } from "../src/webhooks/index.ts"
import { WebhookSubscriptions } from "../src/webhooks/ports.ts"
import type { Adapter } from "./ground.ts"
import { allJobs, at, inTransaction, later, start } from "./jobs-ground.ts"
import { moment } from "./samples.ts"
import {
  asOperator,
  begin,
  call,
  deliveriesOf,
  happen,
  operator,
  react,
  rightSignatures,
  sent,
  subscribed,
  subscriptionOf,
  tell,
  webhooksOn,
  willAnswer
} from "./webhooks-ground.ts"

const day = Duration.toMillis("1 day")
const calls = Effect.map(allJobs({ kind: "webhook_call" }), (jobs) =>
  jobs.filter(({ status }) => status !== "failed")
)
const trail = (name: string, subject: string) =>
  Outbox.use((outbox) => outbox.events({ name, subject }, Option.none(), 100))

export const dispatchContract = (adapter: string, layer: Adapter) =>
  it.layer(webhooksOn(layer), { timeout: "60 seconds" })(`Webhooks on ${adapter}`, (it) => {
    it.effect(
      "an event goes to who wants it, by name or by context, and to nobody else (OPS-5, KER-19)",
      () =>
        Effect.gen(function* () {
          yield* begin
          yield* subscribed(["access.entitlement_granted"], "https://a.example/name")
          yield* subscribed(["users.*", "access.*"], "https://a.example/context")
          yield* subscribed(["access.entitlement_revoked", "users.*"], "https://a.example/other")
          yield* happen()
          assert.sameMembers(
            (yield* sent).map(({ url }) => url),
            ["https://a.example/name", "https://a.example/context"]
          )
          yield* happen({ name: "accessories.sold" })
          assert.strictEqual((yield* sent).length, 2)
        })
    )

    it.effect(
      "the message is the event, with its id, signed after Standard Webhooks at the second of the attempt (OPS-5, KER-19)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const { secret = "" } = yield* subscribed()
          yield* at(1999)
          yield* happen({ payload: { userId: "u-1", n: 7, text: "é💥" }, subjects: { userId: "u-1" } })
          const [request] = yield* sent
          const body = JSON.parse(request!.body) as Record<string, unknown>
          const [event] = yield* trail("access.entitlement_granted", "u-1")
          assert.deepStrictEqual(body, {
            id: event!.id,
            type: "access.entitlement_granted",
            version: 1,
            timestamp: "2026-03-02T10:00:01.999Z",
            actor: { _tag: "User", id: operator },
            subjects: { userId: "u-1" },
            data: { userId: "u-1", n: 7, text: "é💥" }
          })
          assert.deepInclude(request!.headers, {
            "content-type": "application/json",
            "webhook-id": event!.id,
            "webhook-timestamp": "1772445601"
          })
          assert.strictEqual(rightSignatures(request!, secret), 1)
          assert.strictEqual(rightSignatures({ ...request!, body: `${request!.body} ` }, secret), 0)
        })
    )

    it.effect("a reaction that runs twice sends once (OPS-5, KER-18)", () =>
      Effect.gen(function* () {
        yield* begin
        const { subscription } = yield* subscribed()
        const { listener } = yield* WebhookDispatch
        yield* tell({ subjects: { twice: "twice" } })
        yield* react
        const [event] = yield* trail("access.entitlement_granted", "twice")
        yield* inTransaction(listener.react(event!)).pipe(asOperator)
        assert.strictEqual((yield* deliveriesOf(subscription.id)).length, 1)
        yield* call
        assert.strictEqual((yield* sent).length, 1)
      })
    )

    it.effect("a reaction that fails leaves neither delivery nor job (OPS-5, OPS-3)", () =>
      Effect.gen(function* () {
        yield* begin
        const { subscription } = yield* subscribed()
        const { listener } = yield* WebhookDispatch
        const before = (yield* calls).length
        yield* tell({ subjects: { rolled: "back" } })
        const [event] = yield* trail("access.entitlement_granted", "back")
        yield* Effect.exit(
          inTransaction(Effect.andThen(listener.react(event!), Effect.die("crash"))).pipe(asOperator)
        )
        assert.deepStrictEqual(
          [(yield* deliveriesOf(subscription.id)).length, (yield* calls).length],
          [0, before]
        )
        yield* react
        assert.deepStrictEqual(
          [(yield* deliveriesOf(subscription.id)).length, (yield* calls).length],
          [1, before + 1]
        )
      })
    )

    it.effect("what is not answered with 2xx is sent again, with the same id, until it is (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const { subscription } = yield* subscribed()
        yield* willAnswer({ status: 500, body: "oops", takesMillis: 1234 }, { status: 301 }, "timed_out", {
          status: 200,
          body: "ok"
        })
        yield* happen()
        const expected = [
          { status: "pending", attempts: 1, responseStatus: 500, responseExcerpt: "oops", durationMs: 1234 },
          { status: "pending", attempts: 2, responseStatus: 301 },
          { status: "pending", attempts: 3, lastError: "timed_out" },
          { status: "delivered", attempts: 4, responseStatus: 200, responseExcerpt: "ok" }
        ] as const
        for (const [index, fields] of expected.entries()) {
          const [delivery] = yield* deliveriesOf(subscription.id)
          assert.deepInclude(delivery, fields)
          assert.strictEqual(delivery?.lastError === undefined, index !== 2, "of the last attempt alone")
          yield* at((index + 1) * 3_600_000)
          yield* call
        }
        const requests = yield* sent
        assert.strictEqual(requests.length, 4)
        assert.strictEqual(new Set(requests.map(({ headers }) => headers["webhook-id"])).size, 1)
        assert.strictEqual(new Set(requests.map(({ headers }) => headers["webhook-timestamp"])).size, 4)
      })
    )

    it.effect(
      "retries are bounded: after the last try the delivery has failed, and its job with it (OPS-5, OPS-3)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const { subscription } = yield* subscribed()
          const queue = yield* JobQueue
          yield* willAnswer("connection_failed", "connection_failed", "connection_failed")
          yield* tell()
          yield* react
          const [delivery] = yield* deliveriesOf(subscription.id)
          yield* inTransaction(
            queue.enqueue({ kind: "webhook_call", payload: { deliveryId: delivery!.id }, maxAttempts: 1 })
          )
          yield* call
          assert.deepInclude((yield* deliveriesOf(subscription.id))[0], {
            status: "failed",
            lastError: "connection_failed"
          })
          const failed = (yield* allJobs({ kind: "webhook_call" })).filter(
            ({ payload, status }) => payload["deliveryId"] === delivery!.id && status === "failed"
          )
          assert.deepInclude(failed[0], { attempts: 1, lastError: "webhooks.call_failed" })
        })
    )

    it.effect(
      "a day of failures disables a subscription, to the millisecond, tells an event, and ends its deliveries (OPS-5)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const { subscription } = yield* subscribed()
          yield* willAnswer(...Array.makeBy(40, () => ({ status: 503 })))
          yield* at(500)
          yield* happen()
          assert.deepInclude(yield* subscriptionOf(subscription.id), {
            status: "enabled",
            failingSince: later(500)
          })
          yield* at(500 + day - 1)
          yield* happen()
          assert.deepInclude(yield* subscriptionOf(subscription.id), {
            status: "enabled",
            failingSince: later(500)
          })
          yield* at(500 + day)
          yield* happen()
          assert.deepInclude(yield* subscriptionOf(subscription.id), {
            status: "disabled",
            disabledBecause: "failing",
            disabledAt: later(500 + day)
          })
          const [told, more] = yield* trail("webhooks.subscription_disabled", subscription.id)
          assert.isUndefined(more)
          assert.deepStrictEqual(told?.actor, service("jobs"))
          const requests = (yield* sent).length
          yield* at(500 + 2 * day)
          yield* happen()
          assert.strictEqual((yield* sent).length, requests, "nothing more is sent")
          const deliveries = yield* deliveriesOf(subscription.id)
          assert.deepStrictEqual([...new Set(deliveries.map(({ status }) => status))], ["failed"])
          assert.includeMembers(
            deliveries.map(({ lastError }) => lastError),
            ["subscription_disabled"]
          )
        })
    )

    it.effect("one success ends a row of failures: the day begins anew (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const { subscription } = yield* subscribed()
        yield* willAnswer(
          "name_not_resolved",
          { status: 204 },
          { status: 410 },
          ...Array.makeBy(9, () => ({ status: 500 }))
        )
        yield* happen()
        yield* at(day - 1)
        yield* call
        assert.notProperty(yield* subscriptionOf(subscription.id), "failingSince")
        yield* at(day + 5)
        yield* happen()
        assert.deepInclude(yield* subscriptionOf(subscription.id), {
          status: "enabled",
          failingSince: later(day + 5)
        })
        yield* at(2 * day + 4)
        yield* happen()
        assert.deepInclude(yield* subscriptionOf(subscription.id), { status: "enabled" })
      })
    )

    it.effect(
      "a worker that stops in the middle of a call sends it again: at least once, with the id that tells so (OPS-5, KER-19)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const { subscription } = yield* subscribed()
          const reached = yield* Deferred.make<void>()
          yield* willAnswer({ hangs: reached })
          yield* tell()
          yield* react
          const worker = yield* Effect.forkChild(call)
          yield* Deferred.await(reached)
          yield* Fiber.interrupt(worker)
          assert.deepInclude((yield* deliveriesOf(subscription.id))[0], { status: "pending", attempts: 0 })
          yield* call
          const [first, second] = yield* sent
          assert.strictEqual(first!.headers["webhook-id"], second!.headers["webhook-id"])
          assert.deepInclude((yield* deliveriesOf(subscription.id))[0], { status: "delivered", attempts: 1 })
        })
    )

    it.effect("sixteen workers send each of many deliveries once (OPS-5, KER-21)", () =>
      Effect.gen(function* () {
        yield* begin
        yield* subscribed(["access.*"], "https://a.example/")
        yield* subscribed(["access.*"], "https://b.example/")
        yield* Effect.forEach(Array.range(1, 10), () => tell())
        yield* Effect.forEach(Array.range(1, 4), () => react, { concurrency: 4 })
        yield* Effect.forEach(Array.range(1, 16), () => call, { concurrency: 16 })
        const requests = (yield* sent).map(({ headers, url }) => `${url} ${headers["webhook-id"]}`)
        assert.strictEqual(requests.length, 20)
        assert.strictEqual(new Set(requests).size, 20)
      })
    )

    it.effect(
      "removing a subscription while events are handed on and calls are made breaks nothing (OPS-5, KER-21)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const webhooks = yield* Webhooks
          const reactions = yield* Ref.make(0)
          for (const _ of Array.range(1, 5)) {
            const { subscription } = yield* subscribed()
            yield* Effect.forEach(Array.range(1, 8), () => tell())
            const handing = Effect.flatMap(react, ({ failed }) => Ref.update(reactions, (n) => n + failed))
            const removing = Effect.andThen(
              moment(10),
              webhooks.remove({ id: subscription.id }).pipe(asOperator)
            )
            yield* Effect.all([handing, handing, call, removing, call, call], {
              concurrency: "unbounded"
            })
            assert.deepStrictEqual(yield* deliveriesOf(subscription.id), [])
            yield* call
          }
          assert.strictEqual(yield* Ref.get(reactions), 0)
          assert.deepStrictEqual(
            (yield* calls).filter(({ status }) => status !== "completed"),
            []
          )
        })
    )

    it.effect(
      "settled deliveries are forgotten after thirty days, to the millisecond; pending ones stay (OPS-5)",
      () =>
        Effect.gen(function* () {
          yield* begin
          const dispatch = yield* WebhookDispatch
          const { subscription } = yield* subscribed()
          yield* happen()
          yield* willAnswer({ status: 500 })
          yield* happen()
          const left = Effect.map(deliveriesOf(subscription.id), (all) => all.map(({ status }) => status))
          yield* at(30 * day)
          yield* dispatch.forgetSettled
          assert.deepStrictEqual(yield* left, ["pending", "delivered"])
          yield* at(30 * day + 1)
          yield* dispatch.forgetSettled
          assert.deepStrictEqual(yield* left, ["pending"])
        })
    )

    it.effect("what receivers say is kept in part: 1024 bytes of text that can be stored (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const { subscription } = yield* subscribed()
        const bodies = ["💥".repeat(20_000), "\0\u0001\ud800 x", "é".repeat(512), "a".repeat(1025), ""]
        yield* willAnswer(...bodies.map((body) => ({ status: 200, body })))
        yield* Effect.forEach(bodies, () => happen(), { discard: true })
        const excerpts = (yield* deliveriesOf(subscription.id))
          .map(({ responseExcerpt }) => responseExcerpt ?? "none")
          .reverse()
        assert.deepStrictEqual(excerpts, [
          "💥".repeat(256),
          "\u0001\ufffd x",
          "é".repeat(512),
          "a".repeat(1024),
          ""
        ])
      })
    )

    it.effect("a subscription in the store comes back as it was, whatever its status (OPS-5)", () =>
      Effect.gen(function* () {
        yield* begin
        const subscriptions = yield* WebhookSubscriptions
        const { run } = yield* Transaction
        const { subscription } = yield* subscribed()
        const stored = Option.getOrThrow(yield* subscriptions.find(subscription.id))
        if (stored.status !== "enabled") return assert.fail("it is enabled")
        const rotated = { ...stored, previousSecret: stored.secret, previousSecretEndsAt: later(1) }
        const disabled = {
          ...rotated,
          status: "disabled" as const,
          disabledAt: start,
          disabledBecause: "by_hand" as const
        }
        for (const state of [{ ...rotated, failingSince: later(3) }, disabled, stored]) {
          yield* run(subscriptions.update(state))
          assert.deepStrictEqual(Option.getOrThrow(yield* subscriptions.find(subscription.id)), state)
        }
      })
    )
  })
