/** Laws of `Transaction`. Source: KER-1, KER-15, KER-21, KER-22. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Deferred, Effect, Exit, Fiber, Option, Result } from "effect"
import { TestClock } from "effect/testing"
import type { FlagKey } from "../src/flags/index.ts"
import { Flags } from "../src/flags/ports.ts"
import { InTransaction, Transaction } from "../src/shared/transaction.ts"
import { type Adapter, portsOf } from "./ground.ts"
import { clockAt, moment, someFlag } from "./samples.ts"

const exists = (key: FlagKey) =>
  Effect.map(
    Flags.use((flags) => flags.find(key)),
    Option.isSome
  )
const now = Effect.map(InTransaction, (transaction) => DateTime.formatIso(transaction.now))

export const transactionContract = (adapter: string, layer: Adapter) =>
  it.layer(portsOf(layer), { timeout: "60 seconds" })(`Transaction on ${adapter}`, (it) => {
    it.effect("keeps all that a body wrote when it ends well (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const [one, two] = [someFlag(), someFlag()]
        assert.strictEqual(
          yield* run(
            Effect.andThen(Effect.all([flags.insert(one), flags.insert(two)]), Effect.succeed("answer"))
          ),
          "answer"
        )
        assert.isTrue((yield* exists(one.key)) && (yield* exists(two.key)))
      })
    )

    it.effect("keeps nothing of a body that fails, and hands its refusal on (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const flag = someFlag()
        assert.strictEqual(
          yield* Effect.flip(run(Effect.andThen(flags.insert(flag), Effect.fail("no")))),
          "no"
        )
        assert.isFalse(yield* exists(flag.key))
      })
    )

    it.effect("keeps nothing of a body that dies (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const flag = someFlag()
        assert.isTrue(
          Exit.hasDies(yield* Effect.exit(run(Effect.andThen(flags.insert(flag), Effect.die("bug")))))
        )
        assert.isFalse(yield* exists(flag.key))
      })
    )

    it.effect(
      "an interrupted body leaves nothing, and its place is free again, a hundred times (KER-15)",
      () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const flags = yield* Flags
          const interrupted = Array.makeBy(100, () => someFlag())
          yield* Effect.forEach(
            interrupted,
            Effect.fnUntraced(function* (flag) {
              const inside = yield* Deferred.make<void>()
              const fiber = yield* Effect.forkChild(
                run(
                  Effect.andThen(
                    flags.insert(flag),
                    Effect.andThen(Deferred.succeed(inside, undefined), Effect.never)
                  )
                )
              )
              yield* Deferred.await(inside)
              yield* Fiber.interrupt(fiber)
            }),
            { discard: true, concurrency: 4 }
          )
          const after = someFlag()
          yield* run(flags.insert(after))
          assert.isTrue(yield* exists(after.key))
          assert.deepStrictEqual(yield* Effect.filter(interrupted, ({ key }) => exists(key)), [])
        })
    )

    it.effect("a nested refusal that is caught undoes the nested part alone (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const [before, undone, deeper, after] = [someFlag(), someFlag(), someFlag(), someFlag()]
        yield* run(
          Effect.gen(function* () {
            yield* flags.insert(before)
            yield* Effect.exit(
              run(
                Effect.andThen(
                  flags.insert(undone),
                  Effect.andThen(run(flags.insert(deeper)), Effect.die("inner"))
                )
              )
            )
            assert.isFalse(yield* exists(undone.key))
            yield* flags.insert(after)
          })
        )
        assert.deepStrictEqual(
          yield* Effect.forEach([before, undone, deeper, after], ({ key }) => exists(key)),
          [true, false, false, true]
        )
      })
    )

    it.effect("in a batch the refusal of one command neither fails nor rolls back another (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const [first, last] = [someFlag(), someFlag()]
        const results = yield* run(
          Effect.forEach([first, first, last], (flag) => Effect.result(run(flags.insert(flag))))
        )
        assert.deepStrictEqual(results.map(Result.isSuccess), [true, false, true])
        assert.isTrue((yield* exists(first.key)) && (yield* exists(last.key)))
      })
    )

    it.effect(
      "nested parts that run at once come one after the other: who fails undoes nobody else (KER-15)",
      () =>
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const flags = yield* Flags
          const all = Array.makeBy(8, () => someFlag())
          const part = (index: number) =>
            run(
              Effect.gen(function* () {
                yield* moment(10)
                yield* flags.insert(all[index]!)
                yield* moment(10)
                if (index % 2 === 0) return yield* Effect.fail("even ones fail")
              })
            )
          yield* run(
            Effect.forEach(all, (_, index) => Effect.exit(part(index)), { concurrency: "unbounded" })
          )
          assert.deepStrictEqual(
            yield* Effect.forEach(all, ({ key }) => exists(key)),
            Array.makeBy(8, (index) => index % 2 === 1)
          )
        })
    )

    it.effect("nobody outside reads half a transaction (KER-15)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const flag = someFlag()
        const [written, looked] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const writer = yield* Effect.forkChild(
          run(
            Effect.gen(function* () {
              yield* flags.insert(flag)
              assert.isTrue(yield* exists(flag.key), "the body reads what it wrote")
              yield* Deferred.succeed(written, undefined)
              yield* Deferred.await(looked)
            })
          )
        )
        yield* Deferred.await(written)
        assert.isFalse(yield* exists(flag.key))
        yield* Deferred.succeed(looked, undefined)
        yield* Fiber.join(writer)
        assert.isTrue(yield* exists(flag.key))
      })
    )

    it.effect("has one instant, read once when it begins, for nested parts too (KER-1)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        yield* clockAt("2026-01-05T09:00:00.123Z")
        const seen = yield* run(
          Effect.gen(function* () {
            const first = yield* now
            yield* TestClock.adjust("1 hour")
            return [first, yield* now, yield* run(now)]
          })
        )
        assert.deepStrictEqual(seen, Array.replicate("2026-01-05T09:00:00.123Z", 3))
        assert.strictEqual(yield* run(now), "2026-01-05T10:00:00.123Z")
      })
    )

    it.effect("who holds a row makes the next holder wait and then see the change (KER-21)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const flag = someFlag()
        yield* run(flags.insert(flag))
        const [held, release] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const first = yield* Effect.forkChild(
          run(
            Effect.gen(function* () {
              yield* flags.findForUpdate(flag.key)
              yield* Deferred.succeed(held, undefined)
              yield* Deferred.await(release)
              yield* flags.update({ ...flag, enabled: true })
            })
          )
        )
        yield* Deferred.await(held)
        const second = yield* Effect.forkChild(run(flags.findForUpdate(flag.key)))
        yield* moment(100)
        yield* Deferred.succeed(release, undefined)
        yield* Fiber.join(first)
        assert.isTrue(Option.getOrThrow(yield* Fiber.join(second)).enabled)
      })
    )

    it.effect("of 64 that race for one key one wins, and the others get a clean answer (KER-21)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const { key } = someFlag()
        const results = yield* Effect.forEach(
          Array.range(1, 64),
          (runner) => Effect.result(run(flags.insert(someFlag({ key, description: `Runner ${runner}` })))),
          { concurrency: "unbounded" }
        )
        const winners = results.flatMap((result, index) => (Result.isSuccess(result) ? [index + 1] : []))
        assert.strictEqual(winners.length, 1)
        const refusals = results.filter(Result.isFailure).map(({ failure }) => failure._tag)
        assert.deepStrictEqual(refusals, Array.replicate("flags.flag_exists" as const, 63))
        assert.strictEqual(Option.getOrThrow(yield* flags.find(key)).description, `Runner ${winners[0]}`)
      })
    )

    it.effect("64 that each change what they hold lose no change (KER-21)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const flag = someFlag({ rolloutPercentage: 0 })
        yield* run(flags.insert(flag))
        const raise = run(
          Effect.gen(function* () {
            const found = Option.getOrThrow(yield* flags.findForUpdate(flag.key))
            yield* flags.update({ ...found, rolloutPercentage: found.rolloutPercentage + 1 })
          })
        )
        yield* Effect.all(Array.replicate(raise, 64), { concurrency: "unbounded" })
        assert.strictEqual(Option.getOrThrow(yield* flags.find(flag.key)).rolloutPercentage, 64)
      })
    )

    it.effect("two that wait for what the other holds both end well, each with one instant (KER-22)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const flags = yield* Flags
        const [left, right] = [someFlag(), someFlag()]
        yield* run(Effect.all([flags.insert(left), flags.insert(right)]))
        const instants: Array<Set<string>> = [new Set(), new Set()]
        const hold = (index: 0 | 1, keys: readonly [FlagKey, FlagKey]) =>
          run(
            Effect.gen(function* () {
              instants[index]?.add(yield* now)
              yield* flags.findForUpdate(keys[0])
              yield* moment(100)
              yield* TestClock.adjust("1 second")
              const second = Option.getOrThrow(yield* flags.findForUpdate(keys[1]))
              yield* flags.update({ ...second, rolloutPercentage: second.rolloutPercentage - 1 })
            })
          )
        yield* Effect.all([hold(0, [left.key, right.key]), hold(1, [right.key, left.key])], {
          concurrency: 2
        })
        const found = yield* Effect.forEach([left, right], ({ key }) => flags.find(key))
        assert.deepStrictEqual(
          found.map((flag) => Option.getOrThrow(flag).rolloutPercentage),
          [99, 99]
        )
        assert.deepStrictEqual(
          instants.map(({ size }) => size),
          [1, 1]
        )
      })
    )
  })
