/** Where a request comes from, as far as it is told further: digests and networks, never the address. Source: KER-25. */
import {
  type Address,
  type Client,
  clientAddress,
  ClientAddresses,
  countedAs,
  currentInstant,
  type Network,
  networkOf,
  readAddress,
  utcDay
} from "@lyceum/core/shared"
import { Effect, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import type { Context as HonoContext } from "hono"
import { hash } from "node:crypto"
import type { HttpOptions } from "./options.ts"

type Digests = Pick<Client, "addressHash" | "addressHashYesterday">

/** Digests kept at once; a visitor's second request then costs no cryptography beyond one digest. */
const maximumKnown = 10_000

/**
 * Digests of addresses, each computed once a day. They are found again by a digest under a key that this process makes
 * and forgets, so that no address stays in memory either.
 */
const rememberedDigests = Effect.gen(function* () {
  const addresses = yield* ClientAddresses
  const processKey = Hex.encode(yield* (yield* SecureRandom.SecureRandom).randomBytes(32))
  const known = new Map<string, Digests>()
  return Effect.fnUntraced(function* (address: Address) {
    const now = yield* currentInstant
    const key = hash("sha256", `${processKey} ${utcDay(now)} ${countedAs(address)}`, "base64")
    const before = known.get(key)
    if (before !== undefined) return before
    const [addressHash, addressHashYesterday] = yield* addresses.digestsOf(address, now)
    const digests: Digests = {
      addressHash,
      ...(addressHashYesterday !== undefined && { addressHashYesterday })
    }
    if (known.size >= maximumKnown) known.delete(known.keys().next().value!)
    known.set(key, digests)
    return digests
  })
})

/** The other end of the connection, as the Node server knows it. */
const nodeSocketAddress = (c: HonoContext): string | undefined =>
  (c.env as { readonly incoming?: { readonly socket: { readonly remoteAddress?: string } } } | undefined)
    ?.incoming?.socket.remoteAddress

/** Tells where requests come from. An address that cannot be read is left out. */
export const originOf = Effect.fnUntraced(function* (
  { socketAddressOf = nodeSocketAddress }: HttpOptions,
  proxies: ReadonlyArray<Network>
) {
  const digestsOf = yield* rememberedDigests
  return Effect.fnUntraced(function* (c: HonoContext) {
    const { headers } = c.req.raw
    const userAgent = headers.get("user-agent")?.slice(0, 500)
    const client: Client = userAgent === undefined ? {} : { userAgent }
    const told = socketAddressOf(c)
    const socket = told === undefined ? Option.none() : readAddress(told)
    if (Option.isNone(socket)) return client
    const address = clientAddress(socket.value, headers.get("x-forwarded-for") ?? undefined, proxies)
    return { ...client, ...(yield* digestsOf(address)), network: networkOf(address) }
  })
})
export type Origin = Effect.Success<ReturnType<typeof originOf>>
