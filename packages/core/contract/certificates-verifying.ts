/** Laws of looking at a certificate from outside: what is told, how often, and that it is written down. Source: CRT-5, CRT-6. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Certificates, type VerificationCall } from "../src/certificates/index.ts"
import { VerificationLog } from "../src/certificates/ports.ts"
import { type Client, CurrentClient } from "../src/shared/address.ts"
import { certificatesOn, certified, directly, fromNoon, noon } from "./certificates-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asVisitor, codeOf, holderOf } from "./people.ts"
import { clockAt } from "./samples.ts"

const unknown = "f".repeat(64)
const hour = 3_600_000
let clients = 0
/** An address that nobody has asked from. */
const someClient = (): Client => ({
  addressHash: (clients += 1).toString(16).padStart(64, "0"),
  userAgent: "a browser"
})

/** Looks at a hash from an address. */
const lookFrom = (client: Client, hash: string) =>
  Certificates.use((certificates) => asVisitor(certificates.verify({ hash }))).pipe(
    directly,
    Effect.provideService(CurrentClient, client)
  )

/** The last calls from an address, newest first. */
const callsOf = ({ addressHash }: Client) =>
  Effect.map(
    VerificationLog.use((log) => log.list({ after: Option.none(), count: 1000 })),
    (all: ReadonlyArray<VerificationCall>) => all.filter(({ clientIpHash }) => clientIpHash === addressHash)
  )

export const verifyingContract = (adapter: string, layer: Adapter) =>
  it.layer(certificatesOn(layer), { timeout: "60 seconds" })(`Verifying certificates on ${adapter}`, (it) => {
    it.effect(
      "tells name, title, day and status, and nothing else, to everybody and in any case of letters (CRT-5)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { certificate, learner, lesson } = yield* certified
          const told = { recipientName: "Ada Lovelace", title: lesson.title, issuedAt: noon, status: "valid" }
          for (const hash of [certificate.verifyHash, certificate.verifyHash.toUpperCase()]) {
            assert.deepStrictEqual(yield* asVisitor(certificates.verify({ hash })), told as never)
            assert.deepStrictEqual(yield* as(learner)(certificates.verify({ hash })), told as never)
          }
        })
      )
    )

    it.effect(
      "what is no hash is Invalid, an unknown one is not found (CRT-5)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { certificate } = yield* certified
          const wrong = [
            unknown.slice(1),
            `${unknown}f`,
            unknown.replace("f", "g"),
            ` ${unknown.slice(1)}`,
            ""
          ]
          for (const hash of wrong.filter((one) => one !== ""))
            assert.strictEqual(
              yield* codeOf(asVisitor(certificates.verify({ hash }))),
              "kernel.invalid",
              hash
            )
          for (const hash of [unknown, certificate.verifyHash.replace(/^./, (c) => (c === "0" ? "1" : "0"))])
            assert.strictEqual(
              yield* codeOf(asVisitor(certificates.verify({ hash }))),
              "certificates.certificate_not_found"
            )
        })
      )
    )

    it.effect(
      "the hundredth call of an hour is answered, the next one says when to come back; then it is answered (CRT-6)",
      fromNoon(
        Effect.gen(function* () {
          const { certificate } = yield* certified
          const client = someClient()
          const look = lookFrom(client, certificate.verifyHash)
          yield* look
          yield* clockAt(noon, 1000)
          for (let call = 2; call <= 100; call++) yield* look
          assert.deepInclude(yield* Effect.flip(look), {
            _tag: "certificates.verification_limited",
            retryAfterSeconds: 3599
          })
          yield* lookFrom(someClient(), certificate.verifyHash)
          yield* clockAt(noon, hour - 1)
          assert.deepInclude(yield* Effect.flip(look), { retryAfterSeconds: 1 })
          // The first one is an hour old now, to the millisecond; the refused ones are not counted.
          yield* clockAt(noon, hour)
          yield* look
          assert.deepInclude(yield* Effect.flip(look), { retryAfterSeconds: 1 })
          yield* clockAt(noon, hour + 1000)
          yield* look
        })
      )
    )

    it.effect(
      "the hour goes on over midnight, when addresses get another digest (CRT-6, KER-25)",
      fromNoon(
        Effect.gen(function* () {
          const { certificate } = yield* certified
          const [evening, morning] = [someClient(), someClient()]
          yield* clockAt("2026-03-01T23:59:59.999Z")
          for (let call = 0; call < 99; call++) yield* lookFrom(evening, certificate.verifyHash)
          yield* clockAt("2026-03-02T00:00:00Z")
          const after = { ...morning, addressHashYesterday: evening.addressHash! }
          yield* lookFrom(after, certificate.verifyHash)
          assert.strictEqual(
            yield* codeOf(lookFrom(after, certificate.verifyHash)),
            "certificates.verification_limited"
          )
        })
      )
    )

    it.effect(
      "of 130 calls at once exactly 100 are answered, also when they ask for nothing that is there (CRT-6, KER-21)",
      fromNoon(
        Effect.gen(function* () {
          const { certificate } = yield* certified
          const client = someClient()
          const hashes = [certificate.verifyHash, unknown, "no hash"]
          const codes = yield* Effect.all(
            Array.from({ length: 130 }, (_, index) => codeOf(lookFrom(client, hashes[index % 3]!))),
            { concurrency: 16 }
          )
          assert.lengthOf(
            codes.filter((code) => code === "certificates.verification_limited"),
            30
          )
          assert.lengthOf(yield* callsOf(client), 130)
        })
      )
    )

    it.effect(
      "each call is written down, the refused ones too: digest, hash, agent, outcome and time (CRT-6)",
      fromNoon(
        Effect.gen(function* () {
          const { certificate } = yield* certified
          const client = someClient()
          const hash = certificate.verifyHash
          yield* lookFrom(client, hash.toUpperCase())
          yield* Effect.flip(lookFrom(client, unknown))
          yield* Effect.flip(lookFrom(client, "ada@example.org"))
          for (let call = 4; call <= 100; call++) yield* lookFrom(client, hash)
          yield* Effect.flip(lookFrom(client, hash))
          const calls = [...(yield* callsOf(client))].reverse()
          assert.lengthOf(calls, 101)
          for (const { createdAt, responseTimeMs, userAgent } of calls) {
            assert.deepStrictEqual([createdAt, userAgent], [noon, "a browser"])
            assert.isAtLeast(responseTimeMs, 0)
          }
          const seen = [calls[0], calls[1], calls[2], calls[100]].map((call) => [
            call!.certificateHash,
            call!.success,
            call!.errorMessage
          ])
          assert.deepStrictEqual(seen, [
            [hash, true, undefined],
            [unknown, false, "certificates.certificate_not_found"],
            [undefined, false, "kernel.invalid"],
            [hash, false, "certificates.verification_limited"]
          ])
          assert.notInclude(JSON.stringify(calls), "example.org")
        })
      )
    )

    it.effect(
      "who has no address is not counted, and the calls are for who may see operations (CRT-6)",
      fromNoon(
        Effect.gen(function* () {
          const certificates = yield* Certificates
          const { certificate, learner } = yield* certified
          const admin = yield* holderOf("admin")
          for (let call = 0; call < 101; call++)
            yield* lookFrom({ userAgent: "a terminal" }, certificate.verifyHash)
          const list = certificates.verifications({ limit: 2 })
          assert.strictEqual(yield* codeOf(as(learner)(list)), "kernel.forbidden")
          const { items } = yield* as(admin)(list)
          assert.deepStrictEqual(
            items.map(({ clientIpHash, success }) => [clientIpHash, success]),
            [
              [undefined, true],
              [undefined, true]
            ]
          )
        })
      )
    )
  })
