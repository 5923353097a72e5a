import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import * as fc from "fast-check"
import { createHmac } from "node:crypto"
import { EventId, type StoredEvent } from "../../shared/event.ts"
import { UserId } from "../../shared/id.ts"
import { type SecretSubscription, SubscriptionId, WebhookSecret } from "../model.ts"
import * as messages from "./message.ts"

const start = DateTime.makeUnsafe("2026-03-02T10:00:00Z")
const later = (milliseconds: number) => DateTime.add(start, { milliseconds })
const event: StoredEvent = {
  id: EventId.make("00000000-0000-7000-8000-000000000001"),
  name: "access.entitlement_granted",
  version: 2,
  at: later(1),
  actor: {
    _tag: "User",
    id: UserId.make("00000000-0000-4000-8000-000000000002"),
    claims: { email: "ann@example.org", displayName: "Ann" }
  },
  key: "user:2",
  subjects: { userId: "2" },
  payload: { tier: "premium" }
}

describe("a message", () => {
  it("is the event, with its payload as data and its name as type (OPS-5, KER-19)", () => {
    assert.deepStrictEqual(JSON.parse(messages.bodyOf(event)), {
      id: event.id,
      type: "access.entitlement_granted",
      version: 2,
      timestamp: "2026-03-02T10:00:00.001Z",
      actor: { _tag: "User", id: "00000000-0000-4000-8000-000000000002" },
      subjects: { userId: "2" },
      data: { tier: "premium" }
    })
  })

  it("says nothing of what a token told of the actor (PRV-7)", () =>
    assert.notMatch(messages.bodyOf(event), /ann|claims/i))

  it("is signed as the published example of Standard Webhooks is (OPS-5)", () => {
    const at = DateTime.makeUnsafe(1_614_265_330_000)
    const id = EventId.make("00000000-0000-7000-8000-000000000001")
    const content = messages.signedContent({
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      at,
      body: '{"test": 2432232314}'
    })
    const signature = createHmac("sha256", Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64"))
      .update(content)
      .digest()
    assert.deepStrictEqual(messages.headersOf(id, at, [signature, signature]), {
      "content-type": "application/json",
      "user-agent": "Lyceum-Webhooks",
      "webhook-id": id,
      "webhook-timestamp": "1614265330",
      "webhook-signature":
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    })
  })

  it.each([
    [0, "1772445600"],
    [999, "1772445600"],
    [1000, "1772445601"]
  ])("%i ms after the second is of the second %s (OPS-5)", (milliseconds, seconds) => {
    assert.strictEqual(messages.headersOf(event.id, later(milliseconds), [])["webhook-timestamp"], seconds)
    assert.strictEqual(
      messages.signedContent({ id: "i", at: later(milliseconds), body: "b" }),
      `i.${seconds}.b`
    )
  })
})

describe("secrets", () => {
  const secretOf = (n: number) => messages.secretOf(new Uint8Array(32).fill(n))
  const subscription: SecretSubscription = {
    status: "enabled",
    id: SubscriptionId.make("00000000-0000-7000-8000-000000000003"),
    url: "https://a.example/",
    events: ["access.*"],
    secret: secretOf(1),
    createdAt: start,
    updatedAt: start
  }

  it("are written as Standard Webhooks writes them, all bytes of them (OPS-5)", () => {
    assert.strictEqual(messages.secretBytes, 32)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const secret = messages.secretOf(bytes)
        assert.isTrue(Schema.is(WebhookSecret)(secret))
        assert.deepStrictEqual(new Uint8Array(Buffer.from(secret.slice(6), "base64")), bytes)
      })
    )
  })

  it("sign both until the instant at which the old one ends, the newer first (OPS-5, KER-2)", () => {
    const rotated = { ...subscription, previousSecret: secretOf(0), previousSecretEndsAt: later(5) }
    assert.deepStrictEqual(messages.signingSecrets(subscription, start), [secretOf(1)])
    assert.deepStrictEqual(messages.signingSecrets(rotated, later(4)), [secretOf(1), secretOf(0)])
    assert.deepStrictEqual(messages.signingSecrets(rotated, later(5)), [secretOf(1)])
    assert.deepStrictEqual(messages.signingSecrets(rotated, later(6)), [secretOf(1)])
  })
})
