import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import { EventId } from "../../shared/event.ts"
import { DeliveryId, type SecretSubscription, SubscriptionId, type WebhookDelivery } from "../model.ts"
import * as rules from "./delivery.ts"
import { secretOf } from "./message.ts"

const start = DateTime.makeUnsafe("2026-03-02T10:00:00Z")
const later = (milliseconds: number) => DateTime.add(start, { milliseconds })
const subscription: SecretSubscription = {
  status: "enabled",
  id: SubscriptionId.make("00000000-0000-7000-8000-000000000003"),
  url: "https://a.example/",
  events: ["access.*"],
  secret: secretOf(new Uint8Array(32)),
  createdAt: start,
  updatedAt: start
}
const delivery: WebhookDelivery = {
  id: DeliveryId.make("00000000-0000-7000-8000-000000000004"),
  subscriptionId: subscription.id,
  eventId: EventId.make("00000000-0000-7000-8000-000000000001"),
  eventName: "access.entitlement_granted",
  status: "pending",
  attempts: 0,
  createdAt: start,
  updatedAt: start
}
const record = (attempt: rules.Attempt, isLast = false) =>
  rules.record({ delivery, subscription }, attempt, { isLast, now: later(9) }).state

describe("an attempt", () => {
  it("is a success from 200 to 299, and nothing else is (OPS-5)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.boolean(), (status, isLast) => {
        const { delivery: after, subscription: of } = record(
          { durationMs: 1, answer: { status, body: "" } },
          isLast
        )
        const success = status >= 200 && status < 300
        assert.strictEqual(after.status, success ? "delivered" : isLast ? "failed" : "pending")
        assert.strictEqual("failingSince" in of, !success)
        assert.deepInclude(after, { responseStatus: status, attempts: 1, lastAttemptAt: later(9) })
      })
    )
  })

  it.each([199, 200, 299, 300, 301, 302, 307, 308])("answered with %i (OPS-5)", (status) => {
    const { delivery: after } = record({ durationMs: 1, answer: { status, body: "" } })
    assert.strictEqual(after.status, status === 200 || status === 299 ? "delivered" : "pending")
  })

  it("without an answer keeps the reason, and nothing of the attempt before (OPS-5)", () => {
    const before = { ...delivery, responseStatus: 500, responseExcerpt: "oops", attempts: 3 }
    const { delivery: after } = rules.record(
      { delivery: before, subscription },
      { durationMs: 7, noAnswer: "timed_out" },
      { isLast: false, now: start }
    ).state
    assert.deepInclude(after, { lastError: "timed_out", attempts: 4, durationMs: 7 })
    assert.notProperty(after, "responseStatus")
    assert.notProperty(after, "responseExcerpt")
  })

  it("that disables its subscription ends the delivery too (OPS-5)", () => {
    const failing = { ...subscription, failingSince: DateTime.subtract(start, { days: 2 }) }
    const { events, state } = rules.record(
      { delivery, subscription: failing },
      { durationMs: 1, noAnswer: "timed_out" },
      { isLast: false, now: start }
    )
    assert.deepStrictEqual([state.delivery.status, state.subscription.status], ["failed", "disabled"])
    assert.lengthOf(events, 1)
  })
})

describe("an excerpt", () => {
  it("is at most 1024 bytes of what was said, whole characters, and can be stored (OPS-5)", () => {
    const anyText = fc.string({
      unit: fc.constantFrom("a", "é", "€", "💥", "\ud800", "\0", "\n"),
      maxLength: 2000
    })
    fc.assert(
      fc.property(anyText, (body) => {
        const excerpt = rules.excerptOf(body)
        assert.isAtMost(Buffer.byteLength(excerpt), 1024)
        assert.isTrue(excerpt.isWellFormed())
        assert.notInclude(excerpt, "\0")
        const storable = body.replaceAll("\0", "").toWellFormed()
        assert.isTrue(storable.startsWith(excerpt))
        if (Buffer.byteLength(storable) > 1024) assert.isAbove(Buffer.byteLength(excerpt), 1020)
        else assert.strictEqual(excerpt, storable)
      })
    )
  })
})
