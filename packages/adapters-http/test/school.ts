/** A small school over memory behind the HTTP door: who is who, and ways to ask as them. */
import { memoryLayer } from "@lyceum/adapters-memory"
import { platformLayer } from "@lyceum/core"
import { FeatureFlags, KillSwitches, writeGateLayer } from "@lyceum/core/flags"
import { KeyVerifier } from "@lyceum/core/keys"
import {
  type Actor,
  Authority,
  ClientAddresses,
  Door,
  type Permission,
  permissions,
  Reactions,
  service,
  standingWithoutAccount,
  UserId
} from "@lyceum/core/shared"
import { Subscribers } from "@lyceum/core/shared/ports"
import { Effect, Layer, Logger, ManagedRuntime, Option, Redacted } from "effect"
import type { Hono } from "hono"
import { SignJWT } from "jose"
import { type HttpOptions, lyceumApp } from "../src/index.ts"

export const secret = "a secret of a test that is long enough for HMAC"
export const issuer = "https://id.school.example"
export const audience = "authenticated"

export const ada = UserId.make("0193a5f0-7c00-7000-8000-0000000000a1")
export const ben = UserId.make("0193a5f0-7c00-7000-8000-0000000000b2")
/** May do everything; `ben` may do what any member may. */
const holds: Readonly<Record<string, ReadonlyArray<Permission>>> = {
  [ada]: Object.keys(permissions) as Array<Permission>
}

const standingOf = (actor: Actor) =>
  actor._tag === "User"
    ? {
        actor,
        status: "active" as const,
        roles: new Set(["member"]),
        permissions: new Set(holds[actor.id] ?? []),
        onOwnCourses: new Set<Permission>()
      }
    : standingWithoutAccount(actor)

const authorityLayer = Layer.succeed(
  Authority,
  Authority.of({
    standingOf: (actor) => Effect.succeed(standingOf(actor)),
    admit: (actor) => Effect.succeed(standingOf(actor))
  })
)

/** An API key for reading flags, and nothing else. */
export const flagsKey = `lyc_${"k".repeat(43)}`
const keysLayer = Layer.succeed(
  KeyVerifier,
  KeyVerifier.of({
    verify: (given) =>
      Effect.succeed(
        given === flagsKey
          ? Option.some({ actor: service("key:dashboard"), scopes: ["flags.list", "flags.get"] })
          : Option.none()
      )
  })
)

const ground = Layer.merge(Door.layer, ClientAddresses.layer).pipe(
  Layer.provideMerge(Layer.mergeAll(writeGateLayer, Reactions.layer, authorityLayer)),
  Layer.provideMerge(KillSwitches.layer)
)

/** All services over an adapter's ports. */
export const servicesLayer = Layer.merge(FeatureFlags.layer, keysLayer).pipe(Layer.provideMerge(ground))

export const memoryServices = servicesLayer.pipe(
  Layer.provideMerge(memoryLayer),
  Layer.provideMerge(Layer.merge(platformLayer, Layer.succeed(Subscribers, []))),
  Layer.provideMerge(Logger.layer([]))
)

export const defaultOptions: HttpOptions = {
  authentication: { tokens: { keys: { secret: Redacted.make(secret) }, issuer, audience } },
  socketAddressOf: () => "203.0.113.7",
  limits: { requestsPerMinute: 1e6, anonymousRequestsPerMinute: 1e6, writesPerMinute: 1e6 }
}

export interface School {
  readonly app: Hono
  readonly close: () => Promise<void>
}

/** A school of its own: nothing of it is shared with another. */
export const openSchool = async (
  options: Partial<HttpOptions> = {},
  services = memoryServices
): Promise<School> => {
  const runtime = ManagedRuntime.make(Layer.fresh(services))
  const app = await runtime.runPromise(
    lyceumApp({ ...defaultOptions, ...options, limits: { ...defaultOptions.limits, ...options.limits } })
  )
  return { app, close: () => runtime.dispose() }
}

/** A token as the identity provider would make it; claims that are undefined are left out. */
export const tokenFor = (
  sub: string,
  claims: Readonly<Record<string, unknown>> = {},
  key = secret
): Promise<string> =>
  new SignJWT({ role: "authenticated", ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(key))

export interface Asking {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request the way a client would. */
export const ask = async (
  { app }: School,
  method: string,
  path: string,
  { body, headers = {}, token }: Asking = {}
) => {
  const response = await app.request(path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  const type = response.headers.get("content-type") ?? ""
  const json = type.includes("json") && text !== "" ? (JSON.parse(text) as Record<string, any>) : {}
  return { status: response.status, headers: response.headers, text, json, type }
}
