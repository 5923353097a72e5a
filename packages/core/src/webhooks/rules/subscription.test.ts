import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Result, Schema } from "effect"
import * as fc from "fast-check"
import { EventId, type StoredEvent } from "../../shared/event.ts"
import { EventPattern, type SecretSubscription, Subscription, SubscriptionId } from "../model.ts"
import { secretOf } from "./message.ts"
import * as rules from "./subscription.ts"

const start = DateTime.makeUnsafe("2026-03-02T10:00:00Z")
const later = (milliseconds: number) => DateTime.add(start, { milliseconds })
const day = Duration.toMillis("1 day")
const id = SubscriptionId.make("00000000-0000-7000-8000-000000000003")
const subscription: Extract<SecretSubscription, { readonly status: "enabled" }> = {
  status: "enabled",
  id,
  url: "https://a.example/",
  events: ["access.*"],
  secret: secretOf(new Uint8Array(32)),
  createdAt: start,
  updatedAt: start
}
const named = (name: string, subjects = {}): StoredEvent => ({
  id: EventId.make("00000000-0000-7000-8000-000000000001"),
  name,
  version: 1,
  at: start,
  actor: { _tag: "Anonymous" },
  key: "k",
  subjects,
  payload: {}
})

describe("a subscription", () => {
  it.each([
    [["access.entitlement_granted"], "access.entitlement_granted", true],
    [["access.entitlement_granted"], "access.entitlement_granted_again", false],
    [["access.*"], "access.anything", true],
    [["access.*"], "accessories.sold", false],
    [["access.*"], "my.access.anything", false],
    [["users.created", "access.*"], "users.created", true],
    [["webhooks.*"], "webhooks.pinged", false]
  ])("to %j hears %s: %s (OPS-5)", (events, name, expected) => {
    assert.strictEqual(rules.wants({ ...subscription, events }, named(name)), expected)
  })

  it("hears its own ping whatever it wants, and no other (OPS-5)", () => {
    const other = "00000000-0000-7000-8000-000000000009"
    assert.isTrue(rules.wants(subscription, named("webhooks.pinged", { subscriptionId: id })))
    assert.isFalse(rules.wants(subscription, named("webhooks.pinged", { subscriptionId: other })))
  })

  it("hears what it names and what its contexts tell, nothing else, over all names (OPS-5)", () => {
    const word = fc.stringMatching(/^[a-z][a-z_]{0,6}$/)
    fc.assert(
      fc.property(word, word, word, word, (context, what, otherContext, otherWhat) => {
        const [one, other] = [`${context}.${what}`, `${otherContext}.${otherWhat}`]
        fc.pre(other !== "webhooks.pinged")
        assert.strictEqual(rules.wants({ ...subscription, events: [one] }, named(other)), one === other)
        assert.strictEqual(
          rules.wants({ ...subscription, events: [`${context}.*`] }, named(other)),
          context === otherContext
        )
      })
    )
  })

  it.each(["*", "*.*", "access", "access.", "access.gr*", "a.b.c", "access.*.*", ""])(
    "%j is no pattern (OPS-5)",
    (text) => assert.isFalse(Schema.is(EventPattern)(text))
  )

  it("is shown without its secrets (OPS-5)", () => {
    const rotated = { ...subscription, previousSecret: subscription.secret, previousSecretEndsAt: later(1) }
    const shown = rules.shown(rotated)
    assert.notMatch(JSON.stringify(shown), /whsec_|ecret/)
    assert.isTrue(Schema.is(Subscription)(shown))
  })
})

describe("events of a subscription", () => {
  it("carry origin and path of its address, never the query, while it keeps all of it (PRV-7)", () => {
    const url = "https://hooks.example:8443/t/42?token=s3cret#part"
    const secret = { ...subscription, url, failingSince: start }
    const decided = [
      Result.getOrThrow(rules.create(secret, [], start)),
      Result.getOrThrow(rules.update(secret, { id, url: `${url}&two=s3cret` }, { allowed: [], now: start })),
      Result.getOrThrow(rules.rotateSecret(secret, { secret: secret.secret, oldEndsAt: later(1) }, start)),
      rules.failed(secret, later(day)),
      rules.remove(secret)
    ]
    for (const { events, state } of decided) {
      assert.lengthOf(events, 1)
      assert.notInclude(JSON.stringify(events), "s3cret")
      assert.include(JSON.stringify(events), '"https://hooks.example:8443/t/42"')
      if (state !== undefined) assert.include(state.url, "s3cret")
    }
    assert.strictEqual(rules.shown(secret).url, url)
  })
})

describe("failures", () => {
  const failAt = (before: SecretSubscription, at: number) => rules.failed(before, later(at))

  it("begin a row, which a day after its first disables; at that very millisecond (OPS-5, KER-2)", () => {
    const first = failAt(subscription, 100)
    assert.deepInclude(first.state, { status: "enabled", failingSince: later(100) })
    assert.deepStrictEqual(failAt(first.state, 100 + day - 1), { state: first.state, events: [] })
    for (const at of [100 + day, 100 + day + 1, 100 + 9 * day]) {
      const { events, state } = failAt(first.state, at)
      assert.deepInclude(state, { status: "disabled", disabledBecause: "failing", disabledAt: later(at) })
      assert.notProperty(state, "failingSince")
      assert.deepStrictEqual(
        events.map(({ name }) => name),
        ["webhooks.subscription_disabled"]
      )
    }
  })

  it("of a disabled subscription change nothing (OPS-5)", () => {
    const disabled = failAt(failAt(subscription, 0).state, day).state
    assert.deepStrictEqual(failAt(disabled, 5 * day), { state: disabled, events: [] })
    assert.strictEqual(rules.succeeded(disabled, later(5 * day)), disabled)
  })

  it("disable exactly when a day of them passed without a success, whatever came in which order (OPS-5)", () => {
    const attempts = fc.array(fc.tuple(fc.integer({ min: 1, max: day }), fc.boolean()), { maxLength: 30 })
    fc.assert(
      fc.property(attempts, (steps) => {
        let [state, now, since]: [SecretSubscription, number, number | undefined] = [
          subscription,
          0,
          undefined
        ]
        for (const [wait, success] of steps) {
          now += wait
          since = success ? undefined : (since ?? now)
          state = success ? rules.succeeded(state, later(now)) : failAt(state, now).state
          const shouldEnd = since !== undefined && now - since >= day
          assert.strictEqual(state.status, shouldEnd ? "disabled" : "enabled")
          if (state.status === "disabled") return
          assert.deepStrictEqual(state.failingSince, since === undefined ? undefined : later(since))
        }
      })
    )
  })
})

describe("a change", () => {
  const update = (before: SecretSubscription, change: object) =>
    Result.getOrThrow(rules.update(before, { id, ...change }, { allowed: [], now: later(5) })).state

  it("of nothing changes nothing but the time of the change (OPS-5)", () =>
    assert.deepStrictEqual(update(subscription, {}), { ...subscription, updatedAt: later(5) }))

  it("by hand disables and enables; enabling forgets failures and keeps the secrets (OPS-5)", () => {
    const rotated = { ...subscription, previousSecret: subscription.secret, previousSecretEndsAt: later(1) }
    const disabled = update({ ...rotated, failingSince: start }, { enabled: false })
    assert.deepInclude(disabled, { status: "disabled", disabledBecause: "by_hand", disabledAt: later(5) })
    assert.deepStrictEqual(update(disabled, { enabled: true }), { ...rotated, updatedAt: later(5) })
    assert.deepStrictEqual(update({ ...rotated, failingSince: start }, { enabled: true }), {
      ...rotated,
      updatedAt: later(5)
    })
  })

  it("to a private target is refused, unless it is allowed by name (OPS-5)", () => {
    const url = "https://127.0.0.1/"
    const moving = (allowed: ReadonlyArray<string>) =>
      rules.update(subscription, { id, url }, { allowed, now: start })
    assert.isTrue(Result.isFailure(moving([])))
    assert.isTrue(Result.isSuccess(moving(["127.0.0.1"])))
  })
})
