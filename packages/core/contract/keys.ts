/** Laws of API keys, their ports and their use cases. Source: API-10. */
import { assert, it } from "@effect/vitest"
import { Array, Effect, Layer, Option, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import * as fc from "fast-check"
import { type ApiKey, ApiKeyId, Keys, KeyVerifier } from "../src/keys/index.ts"
import { ApiKeys } from "../src/keys/ports.ts"
import { type Actor, anonymous, CurrentActor, service, user } from "../src/shared/actor.ts"
import { newId } from "../src/shared/id.ts"
import { IdempotencyKey } from "../src/shared/idempotency.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { type Adapter, groundOf } from "./ground.ts"
import { at, inTransaction, later, start } from "./jobs-ground.ts"
import { samples, someUser, unique } from "./samples.ts"

const [operator, viewer] = [someUser(), someUser()]
const people = [
  { id: operator, permissions: ["operations.view", "operations.manage"] as const },
  { id: viewer, permissions: ["operations.view"] as const }
]
const keysOn = (adapter: Adapter) =>
  Layer.mergeAll(Keys.layer, KeyVerifier.layer).pipe(Layer.provideMerge(groundOf(adapter, { people })))

const asOperator = Effect.provideService(CurrentActor, user(operator))
const verify = (secret: string | undefined) =>
  KeyVerifier.use((verifier) => verifier.verify(secret ?? "none"))
const stored = (id: ApiKeyId) =>
  Effect.map(
    ApiKeys.use((keys) => keys.find(id)),
    Option.getOrThrow
  )

type CreateInput = Parameters<Keys["Service"]["create"]>[0]
const created = (input: Partial<CreateInput> = {}) =>
  Keys.use((keys) => keys.create({ name: unique("service"), scopes: ["access.*"], ...input })).pipe(
    asOperator
  )

const digestOf = (text: string) =>
  Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).pipe(
    Effect.map((bytes) => Buffer.from(bytes).toString("hex"))
  )

export const keysContract = (adapter: string, layer: Adapter) => {
  it.layer(keysOn(layer), { timeout: "60 seconds" })(`API keys on ${adapter}`, (it) => {
    it.effect("the store gives back whatever the model allows, by id and by digest (API-10)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* ApiKeys
        const random = yield* SecureRandom.SecureRandom
        const instant = fc.integer({ min: 0, max: 10 ** 12 }).map(later)
        const text = fc
          .stringMatching(/^[^\p{Cc}\s][^\p{Cc}]{0,40}[^\p{Cc}\s]$/u)
          .filter((name) => name.isWellFormed())
        const some = fc.record(
          {
            name: text,
            scopes: fc.array(fc.constantFrom("access.*", "users.get"), { minLength: 1, maxLength: 5 }),
            expiresAt: instant,
            revokedAt: instant
          },
          { requiredKeys: ["name", "scopes"] }
        )
        for (const fields of samples(some, 60)) {
          const key: ApiKey = {
            ...fields,
            id: yield* newId(ApiKeyId, random),
            createdAt: start,
            updatedAt: start
          }
          const digest = yield* digestOf(key.id)
          yield* inTransaction(keys.insert(key, digest))
          assert.deepStrictEqual(yield* stored(key.id), key)
          assert.deepStrictEqual(Option.getOrUndefined(yield* keys.findByDigest(digest)), key)
          assert.isTrue(Option.isNone(yield* keys.findByDigest(yield* digestOf(digest))))
        }
      })
    )

    it.effect("a secret is 256 random bits, shown once, and kept as its SHA-256 only (API-10)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* ApiKeys
        const all = yield* Effect.forEach(Array.range(1, 20), () => created())
        assert.strictEqual(new Set(all.map(({ secret }) => secret)).size, 20)
        for (const { key, secret } of all) {
          assert.match(secret ?? "", /^lyc_[A-Za-z0-9_-]{43}$/)
          assert.strictEqual(Buffer.from((secret ?? "").slice(4), "base64url").length * 8, 256)
          assert.deepStrictEqual(
            Option.getOrUndefined(yield* keys.findByDigest(yield* digestOf(secret ?? ""))),
            key
          )
          assert.notInclude(JSON.stringify(yield* stored(key.id)), (secret ?? "").slice(4))
        }
        const trail = yield* Outbox.use((outbox) =>
          outbox.events({ name: "keys.key_created" }, Option.none(), 100)
        )
        for (const { secret } of all) assert.notInclude(JSON.stringify(trail), (secret ?? "none").slice(4))
      })
    )

    it.effect(
      "a command repeated under its idempotency key makes no second key and shows no secret again (API-10, KER-20)",
      () =>
        Effect.gen(function* () {
          yield* at(0)
          const input = { name: unique("service") }
          const again = Effect.provideService(created(input), IdempotencyKey, Option.some(unique("key")))
          const [first, second] = [yield* again, yield* again]
          assert.isDefined(first.secret)
          assert.deepStrictEqual(second, { key: first.key })
          assert.isTrue(Option.isSome(yield* verify(first.secret)))
        })
    )

    it.effect("a valid key speaks for its service, with its scopes; no other text does (API-10)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const { key, secret = "" } = yield* created({ name: "billing", scopes: ["access.grant", "users.*"] })
        assert.deepStrictEqual(Option.getOrUndefined(yield* verify(secret)), {
          actor: service("key:billing"),
          scopes: ["access.grant", "users.*"]
        })
        const flipped = secret.slice(0, -2) + (secret.at(-2) === "A" ? "B" : "A") + secret.slice(-1)
        const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwIiwicm9sZSI6InNlcnZpY2Vfcm9sZSJ9.c2ln"
        const digest = yield* digestOf(secret)
        const strangers = [
          flipped,
          token,
          digest,
          key.id,
          "",
          "lyc_",
          secret.slice(4),
          secret.toUpperCase(),
          ` ${secret}`,
          `${secret}=`,
          "\0",
          "💥".repeat(3000)
        ]
        for (const text of strangers) assert.isTrue(Option.isNone(yield* verify(text)), text.slice(0, 60))
        for (const text of samples(fc.string({ maxLength: 100 }), 200))
          assert.isTrue(Option.isNone(yield* verify(text)), text)
      })
    )

    it.effect("a key is valid until the instant it expires at, not at it (API-10, KER-2)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const { secret } = yield* created({ expiresAt: later(1000) })
        yield* at(999)
        assert.isTrue(Option.isSome(yield* verify(secret)))
        yield* at(1000)
        assert.isTrue(Option.isNone(yield* verify(secret)))
        yield* at(1001)
        assert.isTrue(Option.isNone(yield* verify(secret)))
      })
    )

    it.effect("a revoked key is refused at once, and cannot be revoked or rotated again (API-10)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* Keys
        const { key, secret } = yield* created()
        const revoked = yield* keys.revoke({ id: key.id }).pipe(asOperator)
        assert.deepInclude(revoked, { revokedAt: start })
        assert.isTrue(Option.isNone(yield* verify(secret)))
        assert.strictEqual(
          (yield* Effect.flip(keys.revoke({ id: key.id }).pipe(asOperator)))._tag,
          "keys.key_ended"
        )
        const rotating = keys.rotate({ id: key.id, oldEndsAt: later(1) }).pipe(asOperator)
        assert.strictEqual((yield* Effect.flip(rotating))._tag, "keys.key_ended")
      })
    )

    it.effect(
      "during a rotation two keys are valid, for one service; the old one ends at the given instant (API-10)",
      () =>
        Effect.gen(function* () {
          yield* at(0)
          const keys = yield* Keys
          const first = yield* created({ scopes: ["users.get"] })
          const second = yield* keys.rotate({ id: first.key.id, oldEndsAt: later(5000) }).pipe(asOperator)
          assert.deepInclude(second.key, {
            name: first.key.name,
            scopes: ["users.get"],
            replaces: first.key.id
          })
          assert.deepInclude(yield* stored(first.key.id), { expiresAt: later(5000) })
          yield* at(4999)
          const both = yield* Effect.all([verify(first.secret), verify(second.secret)])
          assert.deepStrictEqual(both[0], both[1])
          assert.isTrue(Option.isSome(both[0]))
          yield* at(5000)
          assert.isTrue(Option.isNone(yield* verify(first.secret)))
          assert.isTrue(Option.isSome(yield* verify(second.secret)))
        })
    )

    it.effect(
      "there are never three: neither key of a rotation can be rotated until the old one has ended (API-10)",
      () =>
        Effect.gen(function* () {
          yield* at(0)
          const keys = yield* Keys
          const rotate = (id: ApiKeyId, oldEndsAt: number) =>
            keys.rotate({ id, oldEndsAt: later(oldEndsAt) }).pipe(asOperator)
          const first = yield* created()
          const second = yield* rotate(first.key.id, 5000)
          assert.strictEqual((yield* Effect.flip(rotate(first.key.id, 9000)))._tag, "keys.rotation_under_way")
          yield* at(4999)
          assert.strictEqual(
            (yield* Effect.flip(rotate(second.key.id, 9000)))._tag,
            "keys.rotation_under_way"
          )
          yield* at(5000)
          const third = yield* rotate(second.key.id, 9000)
          assert.isTrue(Option.isSome(yield* verify(third.secret)))
        })
    )

    it.effect("of sixteen rotations of one key at once, one succeeds (API-10, KER-21)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* Keys
        const { key } = yield* created()
        const rotating = Effect.result(keys.rotate({ id: key.id, oldEndsAt: later(5000) }).pipe(asOperator))
        const results = yield* Effect.forEach(Array.range(1, 16), () => rotating, {
          concurrency: "unbounded"
        })
        assert.strictEqual(results.filter(Result.isSuccess).length, 1)
        const refusals = results.flatMap((result) => (Result.isFailure(result) ? [result.failure._tag] : []))
        assert.deepStrictEqual([...new Set(refusals)], ["keys.rotation_under_way"])
        const all = yield* ApiKeys.use((port) => port.list(Option.none(), 1000))
        assert.strictEqual(all.filter(({ replaces }) => replaces === key.id).length, 1)
      })
    )

    it.effect("a successor that was revoked makes room for another (API-10)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* Keys
        const first = yield* created()
        const second = yield* keys.rotate({ id: first.key.id, oldEndsAt: later(5000) }).pipe(asOperator)
        yield* keys.revoke({ id: second.key.id }).pipe(asOperator)
        const third = yield* keys.rotate({ id: first.key.id, oldEndsAt: later(9000) }).pipe(asOperator)
        assert.isTrue(Option.isSome(yield* verify(third.secret)))
        assert.deepInclude(
          yield* stored(first.key.id),
          { expiresAt: later(5000) },
          "never later than it would have ended"
        )
      })
    )

    it.effect(
      "the last use is shown, and written once a minute at most, however many calls there are (API-10)",
      () =>
        Effect.gen(function* () {
          yield* at(0)
          const { key, secret } = yield* created()
          const usedAt = Effect.map(stored(key.id), ({ lastUsedAt }) => lastUsedAt)
          assert.isUndefined(yield* usedAt)
          const expected = [
            [10, 10],
            [59_999, 10],
            [60_009, 10],
            [60_010, 60_010],
            [120_009, 60_010],
            [130_000, 130_000]
          ] as const
          for (const [now, written] of expected) {
            yield* at(now)
            yield* Effect.forEach(Array.range(1, 16), () => verify(secret), { concurrency: "unbounded" })
            assert.deepStrictEqual(yield* usedAt, later(written), `after a use at ${now} ms`)
          }
          for (const [now, lastAtMost, written] of [
            [140_000, 129_999, 130_000],
            [150_000, 130_000, 150_000]
          ] as const) {
            yield* inTransaction(ApiKeys.use((keys) => keys.recordUse(key.id, later(now), later(lastAtMost))))
            assert.deepStrictEqual(
              yield* usedAt,
              later(written),
              "who read the key long ago does not write either"
            )
          }
          assert.deepInclude(yield* stored(key.id), { updatedAt: start }, "a use is no change of the key")
        })
    )

    it.effect("a use that fails is no use (API-10)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const { key, secret } = yield* created({ expiresAt: later(10) })
        yield* at(10)
        yield* verify(secret)
        assert.isUndefined((yield* stored(key.id)).lastUsedAt)
      })
    )

    it.effect("wrong instants are named as wrong fields (API-10, KER-14)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* Keys
        const { key } = yield* created()
        const pathOf = (attempt: Effect.Effect<unknown, object, CurrentActor>) =>
          Effect.map(Effect.flip(attempt.pipe(asOperator)), (refusal) =>
            "issues" in refusal ? refusal.issues : refusal
          )
        const past = { message: "must not be in the past", path: ["oldEndsAt"] }
        const present = { message: "must be in the future", path: ["expiresAt"] }
        const attempt = { id: key.id, oldEndsAt: later(0) }
        assert.deepStrictEqual(yield* pathOf(keys.create({ name: "a", scopes: ["a.*"], expiresAt: start })), [
          present
        ])
        assert.deepStrictEqual(yield* pathOf(keys.rotate({ ...attempt, oldEndsAt: later(-1) })), [past])
        assert.deepStrictEqual(yield* pathOf(keys.rotate({ ...attempt, expiresAt: start })), [present])
        assert.deepInclude(yield* stored(key.id), key, "a refused rotation changes nothing")
        yield* keys.rotate(attempt).pipe(asOperator)
      })
    )

    it.effect(
      "only who holds operations.manage sees or makes keys, and no key makes keys (API-10, KER-10)",
      () =>
        Effect.gen(function* () {
          yield* at(0)
          const keys = yield* Keys
          const { key, secret } = yield* created({ scopes: ["keys.*"] })
          const asKey = Option.getOrThrow(yield* verify(secret)).actor
          const attempts: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }, CurrentActor>> = [
            keys.list({}),
            keys.create({ name: "more", scopes: ["access.*"] }),
            keys.rotate({ id: key.id, oldEndsAt: later(9) }),
            keys.revoke({ id: key.id }),
            keys.revoke({ id: ApiKeyId.make("00000000-0000-7000-8000-000000000000") })
          ]
          const refusal = (attempt: (typeof attempts)[number], actor: Actor) =>
            Effect.map(Effect.flip(Effect.provideService(attempt, CurrentActor, actor)), ({ _tag }) => _tag)
          for (const attempt of attempts) {
            assert.strictEqual(yield* refusal(attempt, user(viewer)), "kernel.forbidden")
            assert.strictEqual(yield* refusal(attempt, asKey), "kernel.forbidden")
            assert.include(
              ["kernel.forbidden", "kernel.sign_in_required"],
              yield* refusal(attempt, anonymous)
            )
          }
          assert.strictEqual(yield* refusal(attempts[4]!, user(operator)), "keys.key_not_found")
          assert.strictEqual(yield* refusal(attempts[4]!, service("operator")), "keys.key_not_found")
          assert.deepInclude(yield* stored(key.id), { id: key.id, updatedAt: start })
        })
    )

    it.effect("keys are listed newest first, ended ones too, each once (API-10, KER-24)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* Keys
        const ids = yield* Effect.forEach(Array.range(1, 5), () => Effect.map(created(), ({ key }) => key.id))
        yield* keys.revoke({ id: ids[2]! }).pipe(asOperator)
        const listed: Array<ApiKeyId> = []
        let cursor: string | undefined
        do {
          const page = yield* keys
            .list({ limit: 2, ...(cursor !== undefined && { cursor }) })
            .pipe(asOperator)
          listed.push(...page.items.map(({ id }) => id))
          cursor = page.next
        } while (cursor !== undefined)
        assert.deepStrictEqual(listed.slice(0, 5), ids.toReversed())
        assert.strictEqual(new Set(listed).size, listed.length)
      })
    )

    it.effect("what was done with keys is in the trail (API-10, KER-26)", () =>
      Effect.gen(function* () {
        yield* at(0)
        const keys = yield* Keys
        const { key } = yield* created()
        const second = yield* keys.rotate({ id: key.id, oldEndsAt: later(9) }).pipe(asOperator)
        yield* keys.revoke({ id: key.id }).pipe(asOperator)
        const names = (subject: string) =>
          Effect.map(
            Outbox.use((outbox) => outbox.events({ subject }, Option.none(), 9)),
            (all) => all.map(({ name }) => name)
          )
        assert.sameMembers(
          [...(yield* names(key.id))],
          ["keys.key_created", "keys.key_rotated", "keys.key_revoked"]
        )
        assert.deepStrictEqual(yield* names(second.key.id), ["keys.key_rotated"])
      })
    )
  })
}
