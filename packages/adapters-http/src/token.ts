/** Users' tokens: JWTs with Supabase's claims, verified against pinned algorithms and keys of our own. Source: API-2. */
import { type Actor, anonymous, line, Unavailable, UserId } from "@lyceum/core/shared"
import { Clock, Effect, Option, Redacted, Schema } from "effect"
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify
} from "jose"
import { hash } from "node:crypto"
import { maximumTokenBytes } from "./caller.ts"
import { Refused } from "./problem.ts"

export type AsymmetricAlgorithm = "ES256" | "ES384" | "RS256" | "PS256" | "EdDSA"

/** What tokens are verified with: a shared secret (HS256), or public keys, given or fetched. */
export type TokenKeys =
  | { readonly secret: Redacted.Redacted<string> }
  | { readonly jwks: JSONWebKeySet | URL; readonly algorithms?: ReadonlyArray<AsymmetricAlgorithm> }

export type TokenOptions = { readonly keys: TokenKeys } & (
  | { readonly issuer: string; readonly audience: string }
  /** Only for development: tokens of any issuer, for any audience. */
  | { readonly development: true; readonly issuer?: string; readonly audience?: string }
)

const leewaySeconds = 5
/** HMAC with SHA-256 asks for a key of its own length. */
const shortestSecretBytes = 32
/** A key that was withdrawn is believed no longer than this. */
const believedForMillis = 300_000
const cacheSize = 10_000

class KeySetUnreachable extends Error {
  override readonly name = "KeySetUnreachable"
}

const fetchKeys = async (url: string, options: RequestInit): Promise<Response> => {
  const response = await fetch(url, options).catch((cause: unknown) => {
    throw new KeySetUnreachable("the key set cannot be fetched", { cause })
  })
  if (response.status !== 200) throw new KeySetUnreachable(`the key set answered ${response.status}`)
  return response
}

/** Verifies the signature with whatever keys are configured; each kind pins its own algorithms. */
const verifierOf = (keys: TokenKeys) => {
  if ("secret" in keys) {
    const bytes = new TextEncoder().encode(Redacted.value(keys.secret))
    if (bytes.byteLength < shortestSecretBytes)
      throw new Error(`a token secret needs ${shortestSecretBytes} bytes or more`)
    const key = crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"])
    return { algorithms: ["HS256"], keyOf: () => key }
  }
  const algorithms = [...(keys.algorithms ?? (["ES256", "RS256"] as const))]
  const keyOf =
    keys.jwks instanceof URL
      ? createRemoteJWKSet(keys.jwks, { [customFetch]: fetchKeys })
      : createLocalJWKSet(keys.jwks)
  return { algorithms, keyOf }
}

const isOutage = (error: unknown): boolean =>
  error instanceof KeySetUnreachable ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid

const textClaim = Schema.decodeUnknownOption(line(200))

/** What else the token says of a user; what is not a plain line of text is left out. */
const claimsOf = (payload: JWTPayload) => {
  const metadata = payload["user_metadata"]
  const inner = (metadata !== null && typeof metadata === "object" ? metadata : {}) as Readonly<
    Record<string, unknown>
  >
  const email = Option.getOrUndefined(textClaim(payload["email"]))
  const displayName = Option.getOrUndefined(
    textClaim(payload["name"]).pipe(
      Option.orElse(() => textClaim(inner["full_name"])),
      Option.orElse(() => textClaim(inner["name"]))
    )
  )
  const locale = Option.getOrUndefined(
    textClaim(payload["locale"]).pipe(Option.orElse(() => textClaim(inner["locale"])))
  )
  return {
    ...(email !== undefined && { email }),
    ...(displayName !== undefined && { displayName }),
    ...(locale !== undefined && { locale })
  }
}

const userId = Schema.decodeUnknownOption(UserId)

/** Users and visitors only: no other role is ever taken from a token. */
const actorOf = (payload: JWTPayload): Actor | undefined => {
  if (payload["role"] === "anon") return anonymous
  if (payload["role"] !== "authenticated") return undefined
  // The library promises that it is there, not that it is text.
  const sub: unknown = payload.sub
  const id = Option.getOrUndefined(userId(typeof sub === "string" ? sub.toLowerCase() : sub))
  if (id === undefined) return undefined
  const claims = claimsOf(payload)
  return Object.keys(claims).length === 0 ? { _tag: "User", id } : { _tag: "User", id, claims }
}

interface Believed {
  readonly actor: Actor
  readonly untilMillis: number
}

/** Tells whose token it is. What was verified is believed until it expires, at most five minutes. */
export const tokenVerifier = (
  options: TokenOptions
): ((token: string) => Effect.Effect<Actor, Refused | Unavailable>) => {
  const { algorithms, keyOf } = verifierOf(options.keys)
  const { audience, issuer } = options
  if (!("development" in options) && !(issuer && audience))
    throw new Error("tokens need an issuer and an audience")
  const believed = new Map<string, Believed>()
  const badToken = new Refused({ code: "http.bad_token" })

  const verify = (token: string, nowMillis: number) =>
    Effect.tryPromise({
      try: () =>
        jwtVerify(token, keyOf, {
          algorithms,
          requiredClaims: ["exp", "sub"],
          clockTolerance: leewaySeconds,
          currentDate: new Date(nowMillis),
          ...(issuer !== undefined && { issuer }),
          ...(audience !== undefined && { audience })
        }),
      catch: (error) =>
        isOutage(error)
          ? new Unavailable({ what: "The key set of the identity provider", retryAfterSeconds: 5 })
          : badToken
    })

  const remember = (digest: string, actor: Actor, untilMillis: number) => {
    believed.delete(digest)
    if (believed.size >= cacheSize) believed.delete(believed.keys().next().value!)
    believed.set(digest, { actor, untilMillis })
  }

  return Effect.fnUntraced(function* (token) {
    if (token.length > maximumTokenBytes) return yield* badToken
    const nowMillis = yield* Clock.currentTimeMillis
    const digest = hash("sha256", token, "base64")
    const known = believed.get(digest)
    if (known !== undefined && nowMillis < known.untilMillis) return known.actor
    const { payload } = yield* verify(token, nowMillis)
    const actor = actorOf(payload)
    if (actor === undefined) return yield* badToken
    remember(digest, actor, Math.min((payload.exp ?? 0) * 1000, nowMillis + believedForMillis))
    return actor
  })
}
