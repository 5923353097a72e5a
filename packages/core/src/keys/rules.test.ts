import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import * as fc from "fast-check"
import { anonymous, service, user } from "../shared/actor.ts"
import { UserId } from "../shared/id.ts"
import { type ApiKey, ApiKeyId, ApiKeySecret, Scope } from "./model.ts"
import * as rules from "./rules.ts"

const idOf = (n: number) => ApiKeyId.make(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`)
const start = DateTime.makeUnsafe("2026-03-02T10:00:00Z")
const later = (milliseconds: number) => DateTime.add(start, { milliseconds })
const key: ApiKey = { id: idOf(1), name: "billing", scopes: ["access.*"], createdAt: start, updatedAt: start }

describe("a secret", () => {
  it("is lyc_ and its bytes in base64url, all of them (API-10)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const secret = rules.secretOf(bytes)
        assert.isTrue(Schema.is(ApiKeySecret)(secret))
        assert.deepStrictEqual(new Uint8Array(Buffer.from(secret.slice(4), "base64url")), bytes)
      })
    )
  })

  it("has 256 bits (API-10)", () => assert.strictEqual(rules.secretBytes * 8, 256))
})

describe("a key", () => {
  it("is valid before the instant it expires at, and never once it is revoked (API-10, KER-2)", () => {
    assert.isTrue(rules.isValid(key, later(10 ** 12)))
    const ending = { ...key, expiresAt: later(5) }
    assert.deepStrictEqual(
      [4, 5, 6].map((at) => rules.isValid(ending, later(at))),
      [true, false, false]
    )
    assert.isFalse(rules.isValid({ ...key, revokedAt: start }, start))
    assert.isFalse(rules.isValid({ ...ending, revokedAt: later(9) }, start))
  })

  it("speaks for a service that is none of the platform's own (API-10)", () => {
    assert.deepStrictEqual(rules.actorOf({ ...key, name: "webhooks" }), service("key:webhooks"))
  })

  it("makes no keys; people and the operator's own hands may (API-10)", () => {
    assert.isTrue(Result.isFailure(rules.mayManageKeys(rules.actorOf(key))))
    const allowed = [
      service("operator"),
      user(UserId.make("00000000-0000-4000-8000-000000000001")),
      anonymous
    ]
    for (const actor of allowed) assert.isTrue(Result.isSuccess(rules.mayManageKeys(actor)))
  })
})

describe("scopes", () => {
  it.each([
    [["access.grant"], "access.grant", true],
    [["access.grant"], "access.revoke", false],
    [["access.*"], "access.revoke", true],
    [["access.*"], "accessories.list", false],
    [["access.*"], "content.access", false],
    [["users.get", "access.*"], "users.get", true],
    [["users.get"], "users.get_all", false],
    [["users.get_all"], "users.get", false],
    [[], "users.get", false]
  ])("%j hold %s: %s (API-10)", (scopes, operation, expected) => {
    assert.strictEqual(rules.permits(scopes, operation), expected)
  })

  it("hold nothing but what they name, over all names (API-10)", () => {
    const word = fc.stringMatching(/^[a-z][a-z_]{0,8}$/)
    fc.assert(
      fc.property(word, word, word, word, (context, verb, otherContext, otherVerb) => {
        const [one, other] = [`${context}.${verb}`, `${otherContext}.${otherVerb}`]
        assert.strictEqual(rules.permits([one], other), one === other)
        assert.strictEqual(rules.permits([`${context}.*`], other), context === otherContext)
      })
    )
  })

  it.each(["access.grant", "access.*", "users.delete_my_profile"])("%s is a scope (API-10)", (text) =>
    assert.isTrue(Schema.is(Scope)(text))
  )
  it.each([
    "*",
    "*.*",
    "access",
    "access.",
    ".grant",
    "access.gr*",
    "access.**",
    "Access.grant",
    "access.grant ",
    "a.b.c"
  ])("%s is none (API-10)", (text) => assert.isFalse(Schema.is(Scope)(text)))
})

describe("a rotation", () => {
  const asked = { newId: idOf(2), predecessor: undefined, oldEndsAt: later(10) }

  it("never lengthens the life of the old key (API-10)", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 100 })),
        fc.integer({ min: 0, max: 100 }),
        (ends, oldEnds) => {
          const before = { ...key, ...(ends !== null && { expiresAt: later(ends) }) }
          const rotated = Result.getOrThrow(
            rules.rotate(before, { ...asked, oldEndsAt: later(oldEnds) }, start)
          ).state
          assert.deepStrictEqual(rotated.old.expiresAt, later(Math.min(oldEnds, ends ?? oldEnds)))
          assert.deepInclude(rotated.new, {
            id: idOf(2),
            name: key.name,
            scopes: key.scopes,
            replaces: key.id
          })
          assert.notProperty(rotated.new, "expiresAt")
        }
      )
    )
  })

  it("waits for the end of the key before, to the millisecond: never three at once (API-10)", () => {
    const predecessor = { ...key, id: idOf(3), expiresAt: later(5) }
    const at = (now: number) => rules.rotate(key, { ...asked, predecessor }, later(now))
    assert.isTrue(Result.isFailure(at(4)))
    assert.isTrue(Result.isSuccess(at(5)))
    assert.isTrue(
      Result.isSuccess(
        rules.rotate(key, { ...asked, predecessor: { ...predecessor, revokedAt: start } }, start)
      )
    )
  })

  it("of an ended key is refused (API-10)", () => {
    const ended = rules.rotate({ ...key, expiresAt: start }, asked, start)
    assert.deepInclude(Result.getOrThrow(Result.flip(ended)), { _tag: "keys.key_ended" })
  })

  it("may end the old key at once, but not in the past (API-10)", () => {
    assert.isTrue(Result.isSuccess(rules.rotate(key, { ...asked, oldEndsAt: start }, start)))
    assert.isTrue(Result.isFailure(rules.rotate(key, { ...asked, oldEndsAt: later(-1) }, start)))
  })
})
