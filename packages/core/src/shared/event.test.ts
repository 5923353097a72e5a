import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { anonymous, user, withoutClaims } from "./actor.ts"
import { defineEvent, EventId, type NewEvent, StoredEvent } from "./event.ts"
import { UserId } from "./id.ts"
import { Instant } from "./instant.ts"

const ann = UserId.make("018f0000-0000-7000-8000-0000000000a1")

const Graded = defineEvent("contract.attempt_graded", {
  payload: Schema.Struct({ userId: UserId, score: Schema.Int, at: Instant }),
  key: ({ userId }) => `user:${userId}`,
  subjects: ({ userId }) => ({ userId }),
  upcasts: [
    // Version 1 counted in tenths; version 2 did not know when.
    ({ score, ...rest }: any) => ({ ...rest, score: score / 10 }),
    (payload: any) => ({ ...payload, at: "2026-01-01T00:00:00.000Z" })
  ]
})
const payload = { userId: ann, score: 7, at: DateTime.makeUnsafe("2026-01-05T09:00:00Z") }

const stored = (event: NewEvent): StoredEvent => ({
  ...event,
  id: EventId.make("018f0000-0000-7000-8000-000000000001"),
  at: DateTime.makeUnsafe("2026-01-05T09:00:00Z"),
  actor: anonymous
})

describe("an event", () => {
  it("carries its name, the version of its payload, one key and its subjects (KER-16)", () => {
    assert.deepStrictEqual(Graded(payload), {
      name: "contract.attempt_graded",
      version: 3,
      key: `user:${ann}`,
      subjects: { userId: ann },
      payload: { userId: ann, score: 7, at: "2026-01-05T09:00:00.000Z" }
    })
    assert.deepStrictEqual([Graded.eventName, Graded.version], ["contract.attempt_graded", 3])
  })

  it("is read as it was told (KER-16)", () => {
    assert.deepStrictEqual(Graded.read(stored(Graded(payload))), payload)
  })

  it("of an older version is brought up to the present one, step by step (KER-16)", () => {
    const old = (version: number, before: Schema.Json) =>
      stored({ ...Graded(payload), version, payload: before })
    const at = DateTime.makeUnsafe("2026-01-01T00:00:00Z")
    assert.deepStrictEqual(Graded.read(old(1, { userId: ann, score: 70 })), { userId: ann, score: 7, at })
    assert.deepStrictEqual(Graded.read(old(2, { userId: ann, score: 7 })), { userId: ann, score: 7, at })
  })

  it("whose payload is none of its kind is a bug, not a guess (KER-16)", () => {
    assert.throws(() => Graded.read(stored({ ...Graded(payload), payload: { userId: ann } })))
  })

  it("goes there and back through JSON as stores keep it (KER-16)", () => {
    const json = Schema.toCodecJson(StoredEvent)
    const event = stored(Graded(payload))
    assert.deepStrictEqual(
      Schema.decodeUnknownSync(json)(JSON.parse(JSON.stringify(Schema.encodeSync(json)(event)))),
      event
    )
  })

  it("names its actor without what the token said of the person (KER-16)", () => {
    assert.deepStrictEqual(
      withoutClaims({ _tag: "User", id: ann, claims: { email: "ann@example.org" } }),
      user(ann)
    )
  })
})
