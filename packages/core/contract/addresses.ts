/** Laws of the salts of the day and the digests made with them. Source: KER-25. */
import { assert, it } from "@effect/vitest"
import { Array, DateTime, Effect, Layer, Option } from "effect"
import { Mac } from "effect/crypto"
import { Hex } from "effect/encoding"
import { ClientAddresses, readAddress } from "../src/shared/address.ts"
import { AddressSalts, Transaction } from "../src/shared/ports.ts"
import { type Adapter, groundOf } from "./ground.ts"
import { at, clockAt } from "./samples.ts"

const address = (text: string) => Option.getOrThrow(readAddress(text))
const digestsOf = (text: string) =>
  Effect.flatMap(DateTime.now, (now) =>
    ClientAddresses.use((addresses) => addresses.digestsOf(address(text), now))
  )
const saltOf = (fill: number) => new Uint8Array(32).fill(fill)
const known = (...days: ReadonlyArray<string>) =>
  AddressSalts.use((salts) => Effect.forEach(days, (day) => Effect.map(salts.find(day), Option.isSome)))

/** Another process over the same store, which remembers nothing. */
const elsewhere = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Layer.fresh(ClientAddresses.layer), { local: true })

export const addressesContract = (adapter: string, layer: Adapter) =>
  it.layer(groundOf(layer), { timeout: "60 seconds" })(`Client addresses on ${adapter}`, (it) => {
    it.effect(
      "the first salt of a day is the salt of that day, for all who race for it (KER-25, KER-21)",
      () =>
        Effect.gen(function* () {
          const salts = yield* AddressSalts
          const { run } = yield* Transaction
          const found = yield* Effect.forEach(
            Array.range(1, 32),
            (fill) => run(salts.findOrInsert("2025-01-01", saltOf(fill))),
            { concurrency: "unbounded" }
          )
          for (const salt of found) assert.deepStrictEqual([...salt], [...found[0]!])
          assert.deepStrictEqual(yield* salts.find("2025-01-01"), Option.some(found[0]!))
          assert.isTrue(Option.isNone(yield* salts.find("2025-01-02")))
          assert.deepStrictEqual(
            [...(yield* run(salts.findOrInsert("2025-01-02", saltOf(99))))],
            [...saltOf(99)]
          )
          yield* run(salts.destroyBefore("2026-01-01"))
        })
    )

    it.effect("salts of all days before are destroyed, and counted (KER-25)", () =>
      Effect.gen(function* () {
        const salts = yield* AddressSalts
        const { run } = yield* Transaction
        const days = ["2025-02-27", "2025-02-28", "2025-03-01"]
        yield* run(Effect.forEach(days, (day) => salts.findOrInsert(day, saltOf(1))))
        assert.strictEqual(yield* run(salts.destroyBefore("2025-03-01")), 2)
        assert.deepStrictEqual(yield* known(...days), [false, false, true])
        assert.strictEqual(yield* run(salts.destroyBefore("2025-03-01")), 0)
      })
    )

    it.effect(
      "a digest is the HMAC-SHA-256 of what limits count, under the salt of the UTC day (KER-25)",
      () =>
        Effect.gen(function* () {
          const salts = yield* AddressSalts
          yield* clockAt("2026-03-01T23:59:59.999Z")
          const [digest] = yield* digestsOf("2001:db8:1:2:3:4:5:6")
          const salt = Option.getOrThrow(yield* salts.find("2026-03-01"))
          assert.strictEqual(salt.length, 32)
          const mac = yield* Mac.Mac
          const expected = yield* mac.sign(
            yield* Mac.key(Mac.hmacSha256, salt),
            new TextEncoder().encode("2001:db8:1:2::/64")
          )
          assert.strictEqual(digest, Hex.encode(expected))
        })
    )

    it.effect(
      "one client is one digest all day and in every process; the next day it is another (KER-25)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-04-01T00:00:00Z")
          const first = yield* digestsOf("203.0.113.9")
          assert.strictEqual(first.length, 1)
          assert.deepStrictEqual(yield* digestsOf("::ffff:203.0.113.9"), first)
          assert.deepStrictEqual(yield* elsewhere(digestsOf("203.0.113.9")), first)
          assert.notDeepEqual(yield* digestsOf("203.0.113.10"), first)
          yield* clockAt("2026-04-01T23:59:59.999Z")
          assert.deepStrictEqual(yield* digestsOf("203.0.113.9"), first)
          yield* clockAt("2026-04-02T00:00:00Z")
          const second = yield* digestsOf("203.0.113.9")
          // Yesterday's comes along, for limits that look back over midnight.
          assert.deepStrictEqual(second.slice(1), [first[0]])
          assert.notStrictEqual(second[0], first[0])
        })
    )

    it.effect(
      "today's and yesterday's salts are kept, older ones are gone, with requests or without (KER-25)",
      () =>
        Effect.gen(function* () {
          const addresses = yield* ClientAddresses
          yield* clockAt("2026-05-01T12:00:00Z")
          yield* digestsOf("203.0.113.9")
          yield* clockAt("2026-05-02T12:00:00Z")
          yield* digestsOf("203.0.113.9")
          assert.deepStrictEqual(yield* known("2026-05-01", "2026-05-02"), [true, true])
          yield* clockAt("2026-05-03T00:00:00Z")
          yield* digestsOf("203.0.113.9")
          assert.deepStrictEqual(yield* known("2026-05-01", "2026-05-02", "2026-05-03"), [false, true, true])
          assert.strictEqual(yield* addresses.destroyOldSalts(at("2026-05-04T23:59:59.999Z")), 1)
          assert.strictEqual(yield* addresses.destroyOldSalts(at("2026-05-05T00:00:00Z")), 1)
          assert.deepStrictEqual(yield* known("2026-05-02", "2026-05-03"), [false, false])
        })
    )
  })
