/** Laws of idempotency keys, of the port and of commands behind the door. Source: KER-20. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Deferred, Effect, Exit, Fiber, Layer, Option, Ref, Result, Schema } from "effect"
import { FeatureFlags, type FlagKey, operations } from "../src/flags/index.ts"
import { Flags } from "../src/flags/ports.ts"
import { type Actor, anonymous, CurrentActor, service, user } from "../src/shared/actor.ts"
import { Door } from "../src/shared/door.ts"
import { Unavailable } from "../src/shared/errors.ts"
import { type Claim, IdempotencyKey, IdempotencyKeys, retention } from "../src/shared/idempotency.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { type Adapter, groundOf } from "./ground.ts"
import { anyJson, at, clockAt, fieldsOf, moment, samples, someFlag, someUser, unique } from "./samples.ts"

const someClaim = (fields: Partial<Claim> = {}): Claim => ({
  actor: "user:ann",
  command: "contract.do",
  key: unique("key"),
  fingerprint: "f1",
  ...fields
})

const operator = service("operator")
const reason = "the contract asks for it"

/** Runs as an actor with an idempotency key. */
const keyed =
  (key: string, actor: Actor = operator) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(
      Effect.provideService(IdempotencyKey, Option.some(key)),
      Effect.provideService(CurrentActor, actor)
    )

const eventsAbout = (flagKey: FlagKey) =>
  Outbox.use((outbox) => outbox.events({ subject: flagKey }, Option.none(), 100))

/** Waits out those that are in flight, as a client does that is told to come again. */
const patiently = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.catchIf(
    effect,
    (error) => error._tag === "kernel.idempotency_key_in_flight",
    () => Effect.andThen(moment(20), patiently(effect))
  )

export const idempotencyContract = (adapter: string, layer: Adapter) =>
  it.layer(FeatureFlags.layer.pipe(Layer.provideMerge(groundOf(layer))), { timeout: "60 seconds" })(
    `Idempotency keys on ${adapter}`,
    (it) => {
      it.effect("a fresh key answers nothing; a remembered one gives back the answer (KER-20)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const keys = yield* IdempotencyKeys
          for (const answer of samples(anyJson, 30)) {
            const claim = someClaim()
            assert.isTrue(
              Option.isNone(yield* run(Effect.tap(keys.claim(claim), keys.remember(claim, answer))))
            )
            assert.deepStrictEqual(yield* run(keys.claim(claim)), Option.some(answer))
          }
        })
      )

      it.effect(
        "the same key with another input is refused; of another actor or command it is another key (KER-20)",
        () =>
          Effect.gen(function* () {
            const { run } = yield* Transaction
            const keys = yield* IdempotencyKeys
            const claim = someClaim()
            yield* run(keys.remember(claim, 1))
            assert.strictEqual(
              (yield* Effect.flip(run(keys.claim({ ...claim, fingerprint: "f2" }))))._tag,
              "kernel.idempotency_key_reused"
            )
            for (const other of [
              { actor: "user:ben" },
              { command: "contract.undo" },
              { key: `${claim.key}x` }
            ]) {
              assert.isTrue(Option.isNone(yield* run(keys.claim({ ...claim, ...other }))))
            }
          })
      )

      it.effect("an answer is remembered for 24 hours, to the millisecond (KER-20, KER-2)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const keys = yield* IdempotencyKeys
          const [claim, start] = [someClaim(), at("2026-02-01T00:00:00Z")]
          yield* clockAt(start)
          yield* run(keys.remember(claim, 1))
          const end = DateTime.addDuration(start, retention)
          assert.strictEqual(DateTime.formatIso(end), "2026-02-02T00:00:00.000Z")
          yield* clockAt(end, -1)
          assert.isTrue(Option.isSome(yield* run(keys.claim(claim))))
          yield* clockAt(end)
          assert.isTrue(Option.isNone(yield* run(keys.claim({ ...claim, fingerprint: "f2" }))))
          yield* run(keys.remember({ ...claim, fingerprint: "f2" }, 2))
          assert.deepStrictEqual(yield* run(keys.claim({ ...claim, fingerprint: "f2" })), Option.some(2))
        })
      )

      it.effect("forgets what was remembered before an instant, and counts it (KER-20)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const keys = yield* IdempotencyKeys
          const claims = Array.makeBy(3, () => someClaim())
          yield* run(keys.forgetBefore(at("2027-01-01T00:00:00Z")))
          for (const [hour, claim] of claims.entries()) {
            yield* clockAt(`2027-01-01T0${hour}:00:00Z`)
            yield* run(keys.remember(claim, 1))
          }
          assert.strictEqual(yield* run(keys.forgetBefore(at("2027-01-01T01:00:00Z"))), 1)
          const known = yield* Effect.forEach(claims, (claim) =>
            Effect.map(run(keys.claim(claim)), Option.isSome)
          )
          assert.deepStrictEqual(known, [false, true, true])
        })
      )

      it.effect("what a failed transaction remembered is not remembered (KER-20)", () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const keys = yield* IdempotencyKeys
          const claim = someClaim()
          yield* Effect.exit(run(Effect.andThen(keys.remember(claim, 1), Effect.fail("no"))))
          assert.isTrue(Option.isNone(yield* run(keys.claim(claim))))
        })
      )

      it.effect(
        "a key in flight is never claimed twice: the second waits for the answer or is told to come again (KER-20)",
        () =>
          Effect.gen(function* () {
            const { run } = yield* Transaction
            const keys = yield* IdempotencyKeys
            const claim = someClaim()
            const [held, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
            const first = yield* Effect.forkChild(
              run(
                Effect.gen(function* () {
                  yield* keys.claim(claim)
                  yield* Deferred.succeed(held, undefined)
                  yield* Deferred.await(release)
                  yield* keys.remember(claim, "first")
                })
              )
            )
            yield* Deferred.await(held)
            const second = yield* Effect.forkChild(Effect.result(run(keys.claim(claim))))
            yield* moment(50)
            yield* Deferred.succeed(release, undefined)
            yield* Fiber.join(first)
            const answer = yield* Fiber.join(second)
            if (Result.isSuccess(answer)) assert.deepStrictEqual(answer.success, Option.some("first"))
            else
              assert.deepStrictEqual(fieldsOf(answer.failure), {
                _tag: "kernel.idempotency_key_in_flight",
                retryAfterSeconds: 1
              })
            assert.deepStrictEqual(yield* run(keys.claim(claim)), Option.some("first"))
          })
      )

      it.effect(
        "a command with the same key and input gives the first answer again, and has no second effect (KER-20)",
        () =>
          Effect.gen(function* () {
            const service = yield* FeatureFlags
            const { key } = someFlag()
            const define = keyed(unique("key"))(service.define({ key, description: "first", reason }))
            yield* clockAt("2026-02-01T00:00:00Z")
            const first = yield* define
            yield* clockAt("2026-02-01T23:59:59.999Z")
            assert.deepStrictEqual(yield* define, first)
            assert.strictEqual((yield* eventsAbout(key)).length, 1)
            // A day later the key is forgotten: then the flag exists already.
            yield* clockAt("2026-02-02T00:00:00Z")
            assert.strictEqual((yield* Effect.flip(define))._tag, "flags.flag_exists")
          })
      )

      it.effect("a refusal is remembered as well (KER-20)", () =>
        Effect.gen(function* () {
          const service = yield* FeatureFlags
          const { key } = someFlag()
          const change = keyed(unique("key"))(service.change({ key, enabled: true, reason }))
          const refused = yield* Effect.flip(change)
          assert.strictEqual(refused._tag, "flags.flag_not_found")
          yield* keyed(unique("key"))(service.define({ key, description: "now it is there", reason }))
          const again = yield* Effect.flip(change)
          assert.deepStrictEqual(fieldsOf(again), fieldsOf(refused))
          assert.strictEqual(again.constructor, refused.constructor)
        })
      )

      it.effect(
        "the same key with another input is refused and does nothing, but another actor's is theirs (KER-20)",
        () =>
          Effect.gen(function* () {
            const service = yield* FeatureFlags
            const [one, two, key] = [someFlag(), someFlag(), unique("key")]
            yield* keyed(key)(service.define({ key: one.key, description: "one", reason }))
            const other = service.define({ key: two.key, description: "two", reason })
            assert.strictEqual((yield* Effect.flip(keyed(key)(other)))._tag, "kernel.idempotency_key_reused")
            assert.strictEqual((yield* eventsAbout(two.key)).length, 0)
            // A plain user is refused for lack of permission, not for the key of the operator.
            assert.strictEqual(
              (yield* Effect.flip(keyed(key, user(someUser()))(other)))._tag,
              "kernel.forbidden"
            )
            yield* keyed(key, { _tag: "Service", name: "another" })(other)
            assert.strictEqual((yield* eventsAbout(two.key)).length, 1)
          })
      )

      it.effect(
        "a visitor who may not enter is told so, whoever used the key before, and leaves none (KER-10, KER-20)",
        () =>
          Effect.gen(function* () {
            const service = yield* FeatureFlags
            const key = unique("key")
            for (const flag of [someFlag(), someFlag()]) {
              const define = service.define({ key: flag.key, description: "of a visitor", reason })
              assert.strictEqual(
                (yield* Effect.flip(keyed(key, anonymous)(define)))._tag,
                "kernel.sign_in_required"
              )
            }
            const { run } = yield* Transaction
            const keys = yield* IdempotencyKeys
            const claim = someClaim({ actor: "anonymous", command: operations.define.name, key })
            assert.isTrue(Option.isNone(yield* run(keys.claim(claim))))
          })
      )

      it.effect("sixteen at once with one key have one effect and one answer (KER-20, KER-21)", () =>
        Effect.gen(function* () {
          const service = yield* FeatureFlags
          const { key } = someFlag()
          const define = patiently(
            keyed(unique("key"))(service.define({ key, description: "one of 16", reason }))
          )
          const answers = yield* Effect.all(Array.replicate(define, 16), { concurrency: "unbounded" })
          for (const answer of answers) assert.deepStrictEqual(answer, answers[0])
          assert.strictEqual((yield* eventsAbout(key)).length, 1)
        })
      )

      it.effect("neither a bug nor unavailability is remembered: the next request runs (KER-20)", () =>
        Effect.gen(function* () {
          const door = yield* Door
          const flags = yield* Flags
          const turn = yield* Ref.make(0)
          const flag = someFlag()
          const define = door.command(operations.define, () =>
            Effect.gen(function* () {
              yield* flags.insert(flag)
              const count = yield* Ref.updateAndGet(turn, (before) => before + 1)
              if (count === 1) return yield* Effect.die("bug")
              if (count === 2) return yield* new Unavailable({ what: "The mail server" })
              return flag
            })
          )
          const request = keyed(unique("key"))(define({ key: flag.key, description: "d", reason }))
          assert.isTrue(Exit.hasDies(yield* Effect.exit(request)))
          assert.strictEqual((yield* Effect.flip(request))._tag, "kernel.unavailable")
          assert.isTrue(Option.isNone(yield* flags.find(flag.key)))
          const encode = Schema.encodeSync(Schema.toCodecJson(operations.define.output))
          assert.deepStrictEqual(encode(yield* request), encode(flag))
          assert.deepStrictEqual(encode(yield* request), encode(flag))
          assert.strictEqual(yield* Ref.get(turn), 3)
        })
      )
    }
  )
