/** A small school over memory behind the HTTP door: who is who, and ways to ask as them. */
import { lyceumInMemory } from "@lyceum/adapters-memory/lyceum"
import { Users } from "@lyceum/core/identity"
import { Keys } from "@lyceum/core/keys"
import { RoleName, Roles } from "@lyceum/core/rbac"
import { CurrentActor, service, UserId } from "@lyceum/core/shared"
import { Effect, Layer, Logger, ManagedRuntime, Redacted } from "effect"
import type { Hono } from "hono"
import { SignJWT } from "jose"
import { type AppServices, type HttpOptions, lyceumApp } from "../src/index.ts"

export const secret = "a secret of a test that is long enough for HMAC"
export const issuer = "https://id.school.example"
export const audience = "authenticated"

export const ada = UserId.make("0193a5f0-7c00-7000-8000-0000000000a1")
export const ben = UserId.make("0193a5f0-7c00-7000-8000-0000000000b2")

/** Everything in memory, and quiet. */
export const memoryServices = Layer.fresh(lyceumInMemory.pipe(Layer.provideMerge(Logger.layer([]))))

/** Ada is the admin, Ben a member like any other. */
const people = Effect.gen(function* () {
  const users = yield* Users
  const roles = yield* Roles
  yield* users.createProfile({ id: ada, displayName: "Ada" })
  yield* users.createProfile({ id: ben, displayName: "Ben" })
  yield* roles.grant({ userId: ada, role: RoleName.make("admin"), reason: "The school is hers" })
}).pipe(Effect.provideService(CurrentActor, service("operator")))

export const defaultOptions: HttpOptions = {
  authentication: { tokens: { keys: { secret: Redacted.make(secret) }, issuer, audience } },
  socketAddressOf: () => "203.0.113.7",
  limits: { requestsPerMinute: 1e6, anonymousRequestsPerMinute: 1e6, writesPerMinute: 1e6 }
}

export interface School {
  readonly app: Hono
  /** An API key for reading flags, and nothing else. */
  readonly flagsKey: string
  readonly close: () => Promise<void>
}

/** A school of its own: nothing of it is shared with another. */
export const openSchool = async (
  options: Partial<HttpOptions> = {},
  services: Layer.Layer<AppServices> = memoryServices
): Promise<School> => {
  const runtime = ManagedRuntime.make(services)
  const limits = { ...defaultOptions.limits, ...options.limits }
  const app = await runtime.runPromise(lyceumApp({ ...defaultOptions, ...options, limits }))
  await runtime.runPromise(people)
  const made = await runtime.runPromise(
    Keys.use((keys) => keys.create({ name: "dashboard", scopes: ["flags.list", "flags.get"] })).pipe(
      Effect.provideService(CurrentActor, service("operator"))
    )
  )
  return { app, flagsKey: made.secret ?? "", close: () => runtime.dispose() }
}

/** A token as the identity provider would make it, for an hour; claims win over what is usual. */
export const tokenFor = (
  sub: string,
  claims: Readonly<Record<string, unknown>> = {},
  key = secret
): Promise<string> =>
  new SignJWT({
    sub,
    role: "authenticated",
    iss: issuer,
    aud: audience,
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...claims
  })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(key))

export interface Asking {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A response, read. */
export interface Answered {
  readonly status: number
  readonly headers: { readonly get: (name: string) => string | null }
  readonly text: string
  readonly json: Record<string, any>
  readonly type: string
}

/** Sends a request the way a client would. */
export const ask = async (
  { app }: Pick<School, "app">,
  method: string,
  path: string,
  { body, headers = {}, token }: Asking = {}
): Promise<Answered> => {
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
