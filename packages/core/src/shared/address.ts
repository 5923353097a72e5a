/**
 * Where a request comes from: told to limits by a digest of the day and to consents by a network, never stored itself.
 * Source: KER-25.
 */
import { Context, DateTime, Effect, Layer, Option, Ref, Result, Schema } from "effect"
import { Mac, SecureRandom } from "effect/crypto"
import { Hex } from "effect/encoding"
import { IpNetwork, NetAddress } from "effect/net"
import { type Instant, utcDay } from "./instant.ts"
import { type InTransaction, Transaction } from "./transaction.ts"

/** The digest of an address under the salt of its UTC day, in hex. */
export const AddressDigest = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{64}$/u, { description: "64 hexadecimal digits" })
).annotate({ identifier: "AddressDigest" })

/** What is known of who sent the running request; all absent outside of requests. */
export interface Client {
  /** An `AddressDigest`. */
  readonly addressHash?: string
  /** The same address under yesterday's salt, for limits that look back over midnight. */
  readonly addressHashYesterday?: string
  /** The /24 or /48 that the address is in: `203.0.113.0/24`. */
  readonly network?: string
  readonly userAgent?: string
}

/** Travels with the computation; the HTTP door sets it. */
export const CurrentClient = Context.Reference<Client>("lyceum/shared/CurrentClient", {
  defaultValue: () => ({})
})

export type Address = NetAddress.IpAddress
export type Network = IpNetwork.IpNetwork

/** An address as text, an IPv4-mapped one as IPv4; none for what is no address. */
export const readAddress = (text: string): Option.Option<Address> =>
  Option.map(Result.getSuccess(NetAddress.ipFromString(text.replace(/%.*$/u, ""))), (address) =>
    NetAddress.toCanonical(address)
  )

/** A proxy as an operator configures it: an address or a network in CIDR notation. */
export const readNetwork = (text: string): Option.Option<Network> =>
  text.includes("/")
    ? Result.getSuccess(IpNetwork.fromString(text))
    : Option.map(readAddress(text), (address) =>
        IpNetwork.fromAddressUnsafe(address, NetAddress.width(address))
      )

/** One entry of X-Forwarded-For: an address, with a port or in brackets as some proxies write it. */
const readForwarded = (entry: string): Option.Option<Address> => {
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/u.exec(entry) ?? []
  return readAddress(bracketed ?? dotted ?? entry)
}

/**
 * The address of the client: the socket's, or behind configured proxies the right-most entry of `X-Forwarded-For` that
 * is none of them. Whatever stands left of it was written by the client and is not looked at. When all are proxies it
 * is the left-most; an entry that is no address ends the walk at the proxy that wrote it.
 */
export const clientAddress = (
  socket: Address,
  forwardedFor: string | undefined,
  proxies: ReadonlyArray<Network>
): Address => {
  const isProxy = (address: Address) => proxies.some((network) => IpNetwork.contains(network, address))
  let client = socket
  for (const entry of (forwardedFor ?? "").split(",").reverse()) {
    if (!isProxy(client)) return client
    const before = readForwarded(entry.trim())
    if (Option.isNone(before)) return client
    client = before.value
  }
  return client
}

const within = (address: Address, lengths: { readonly v4: number; readonly v6: number }): string =>
  IpNetwork.format(
    IpNetwork.fromAddressUnsafe(address, NetAddress.isIpv4Address(address) ? lengths.v4 : lengths.v6)
  )

/** What limits count as one client: an IPv4 address, or the /64 that an IPv6 address is in. */
export const countedAs = (address: Address): string => within(address, { v4: 32, v6: 64 })

/** The network that may be kept: /24 of IPv4, /48 of IPv6. */
export const networkOf = (address: Address): string => within(address, { v4: 24, v6: 48 })

/** The salts of the last two UTC days; older ones are destroyed, and what was digested with them stays unknown. */
export class AddressSalts extends Context.Service<
  AddressSalts,
  {
    readonly find: (day: string) => Effect.Effect<Option.Option<Uint8Array>>
    /** The salt of a day, as `2026-01-31`; stores `fresh` for a day without one. Whoever is first decides for all. */
    readonly findOrInsert: (day: string, fresh: Uint8Array) => Effect.Effect<Uint8Array, never, InTransaction>
    /** Destroys the salts of all days before; returns how many. */
    readonly destroyBefore: (day: string) => Effect.Effect<number, never, InTransaction>
  }
>()("lyceum/shared/AddressSalts") {}

const saltBytes = 32
const dayBefore = (instant: Instant): string => utcDay(DateTime.subtract(instant, { days: 1 }))

/** Today's salt, then yesterday's while there is one. */
type Salts = readonly [Uint8Array, ...Array<Uint8Array>]

export class ClientAddresses extends Context.Service<
  ClientAddresses,
  {
    /**
     * Digests of an address (`AddressDigest`): under today's salt first, then under yesterday's while there is one, for
     * limits that look back over midnight.
     */
    readonly digestsOf: (address: Address, now: Instant) => Effect.Effect<readonly [string, ...Array<string>]>
    /** Destroys salts older than yesterday's, also on days without any request; returns how many. */
    readonly destroyOldSalts: (now: Instant) => Effect.Effect<number>
  }
>()("lyceum/shared/ClientAddresses") {
  static readonly layer = Layer.effect(
    ClientAddresses,
    Effect.gen(function* () {
      const salts = yield* AddressSalts
      const random = yield* SecureRandom.SecureRandom
      const mac = yield* Mac.Mac
      const { run } = yield* Transaction
      const known = yield* Ref.make<{ readonly day: string; readonly salts: Salts } | undefined>(undefined)

      const destroyOldSalts = (now: Instant) => run(salts.destroyBefore(dayBefore(now)))

      const saltsOn = Effect.fnUntraced(function* (now: Instant) {
        const day = utcDay(now)
        const remembered = yield* Ref.get(known)
        if (remembered?.day === day) return remembered.salts
        const fresh = yield* random.randomBytes(saltBytes)
        const today = yield* run(salts.findOrInsert(day, fresh))
        yield* destroyOldSalts(now)
        const found: Salts = [today, ...Option.toArray(yield* salts.find(dayBefore(now)))]
        yield* Ref.set(known, { day, salts: found })
        return found
      })

      const digestOf = (address: Address) => (salt: Uint8Array) =>
        Mac.key(Mac.hmacSha256, salt).pipe(
          Effect.flatMap((key) => mac.sign(key, new TextEncoder().encode(countedAs(address)))),
          Effect.map(Hex.encode),
          Effect.orDie
        )

      return ClientAddresses.of({
        destroyOldSalts,
        digestsOf: Effect.fnUntraced(function* (address, now) {
          const [today, ...before] = yield* saltsOn(now)
          return [
            yield* digestOf(address)(today),
            ...(yield* Effect.forEach(before, digestOf(address)))
          ] as const
        })
      })
    })
  )
}
