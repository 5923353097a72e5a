/** Memory and PostgreSQL side by side, with the same randomness, and what can go wrong in both at once. */
import { memoryLayer } from "@lyceum/adapters-memory"
import { Background, servicesLayer, subscribers, useCases } from "@lyceum/core"
import { CertificateStore } from "@lyceum/core/certificates/ports"
import { FeatureFlags, FlagKey } from "@lyceum/core/flags"
import { CurrentActor, type Operation, refusalSchema, Subscribers } from "@lyceum/core/shared"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { Clock, type Context, Effect, Layer, Option, Result, Schema } from "effect"
import { Digest, Mac, SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { postgresLayer } from "../../src/index.ts"
import { testDatabase } from "../database.ts"
import { operator } from "./school.ts"
import type { Call } from "./steps.ts"

const silentSender = Layer.succeed(
  WebhookSender,
  WebhookSender.of({ post: () => Effect.succeed({ status: 200, body: "" }) })
)
/** True while storing a certificate breaks, as it would when the process dies in the middle of a reaction. */
const broken = { now: false }
const breakable = <E, R>(store: Layer.Layer<CertificateStore, E, R>) =>
  Layer.effect(
    CertificateStore,
    Effect.map(CertificateStore, (certificates) =>
      CertificateStore.of({
        ...certificates,
        findValid: (userId, scope) =>
          Effect.map(
            Effect.zip(certificates.findValid(userId, scope), Clock.currentTimeMillis),
            ([found, now]) => {
              randomFrom(
                userId,
                JSON.stringify(scope),
                Option.match(found, { onNone: () => "none", onSome: ({ serialNumber }) => serialNumber }),
                now
              )
              return found
            }
          ),
        insert: (certificate) =>
          Effect.suspend(() =>
            broken.now ? Effect.die(new Error("it broke")) : certificates.insert(certificate)
          )
      })
    )
  ).pipe(Layer.provide(store))

/**
 * Randomness that both sides draw alike: it begins anew with each step and with each certificate that is thought about, since
 * reactions of different learners come in no order.
 */
let random = 0
const draw = () => {
  random = (random + 0x6d2b79f5) | 0
  let t = Math.imul(random ^ (random >>> 15), 1 | random)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) & 0xff
}
export const randomFrom = (...parts: ReadonlyArray<string | number>) => {
  random = [...parts.join(" ")].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7)
}
const bytes = (size: number) => Uint8Array.from({ length: size }, draw)
const drawn = SecureRandom.SecureRandom.of({
  ...SecureRandom.make(bytes),
  // Effect's own goes on counting within a millisecond, which would tell in what order reactions came.
  uuidV7: () =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const hex = [...bytes(10)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
      const time = now.toString(16).padStart(12, "0")
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`
    })
})
const outside = Layer.mergeAll(
  silentSender,
  Layer.succeed(Subscribers, subscribers),
  Layer.succeed(SecureRandom.SecureRandom, drawn),
  Digest.layerWebCrypto,
  Mac.layerWebCrypto.pipe(Layer.provide(SecureRandom.layerWebCrypto))
)
const over = <A, E, R>(store: Layer.Layer<A | CertificateStore, E, R>) =>
  servicesLayer.pipe(
    Layer.provideMerge(Layer.provideMerge(breakable(store), store)),
    Layer.provideMerge(outside)
  )

const operations = new Map<
  string,
  { readonly operation: Operation; readonly run: Effect.Effect<unknown, never, any> }
>(
  useCases.flatMap(({ operations: table, service: tag }) =>
    Object.entries(table).map(([method, operation]) => [
      operation.name,
      {
        operation,
        run: Effect.map(tag as Context.Key<any, any>, (methods: Record<string, unknown>) => methods[method])
      }
    ])
  )
)

/** What the caller saw, as JSON. */
export const play = Effect.fnUntraced(function* ({ actor, input, operation: name }: Call) {
  const { operation, run } = operations.get(name)!
  const decoded = Schema.decodeUnknownResult(Schema.toCodecJson(operation.input))(input)
  // Doors refuse what no schema takes; it never comes to a store.
  if (Result.isFailure(decoded)) return { refusal: { _tag: "kernel.unreadable" } }
  const method = (yield* run) as (input: unknown) => Effect.Effect<unknown, unknown, CurrentActor>
  const seen = yield* Effect.result(Effect.provideService(method(decoded.success), CurrentActor, actor))
  return Result.isSuccess(seen)
    ? { answer: Schema.encodeUnknownSync(Schema.toCodecJson(operation.output))(seen.success) as unknown }
    : {
        refusal: Schema.encodeUnknownSync(Schema.toCodecJson(refusalSchema(operation)))(seen.failure) as {
          _tag: string
        }
      }
})

type Stores = ReadonlyArray<Context.Context<any>>

const backgroundOf = (stores: Stores) =>
  Effect.forEach(
    stores,
    (store) =>
      Effect.provide(
        Background.use(({ settle: once }) => once),
        store as Context.Context<Background>
      ),
    { discard: true }
  )

/** Reactions, in fair weather or so that the first try breaks and a later one mends it. */
export const settle = Effect.fnUntraced(function* (stores: Stores, breaks: boolean) {
  broken.now = breaks
  yield* backgroundOf(stores)
  broken.now = false
  if (!breaks) return
  yield* TestClock.adjust(5000)
  yield* backgroundOf(stores)
})

/** A time without writes, over the same switch on both sides. */
export const pause = Effect.fnUntraced(function* (stores: Stores, milliseconds: number) {
  const flip = (enabled: boolean) =>
    Effect.forEach(stores, (one) =>
      FeatureFlags.use((flags) =>
        flags.change({
          key: FlagKey.make("emergency_read_only_mode"),
          enabled,
          reason: "the disk is being changed" as never
        })
      ).pipe(
        Effect.provideService(CurrentActor, operator),
        Effect.provide(one as Context.Context<FeatureFlags>)
      )
    )
  yield* flip(true)
  yield* TestClock.adjust(milliseconds)
  yield* flip(false)
  yield* TestClock.adjust(1000)
})

/** Both stores, each fresh, with every service over it. */
export const bothStores = Effect.all([
  Layer.build(Layer.fresh(over(memoryLayer))),
  Layer.build(Layer.fresh(over(postgresLayer.pipe(Layer.provideMerge(testDatabase)))))
])
