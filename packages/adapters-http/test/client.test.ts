/** The services of the core on the other side of a wire. Source: API-1. */
import { FeatureFlags, FlagKey, FlagNotFound } from "@lyceum/core/flags"
import { Users } from "@lyceum/core/identity"
import { Roles } from "@lyceum/core/rbac"
import {
  type Actor,
  anonymous,
  CurrentActor,
  Forbidden,
  IdempotencyKey,
  Invalid,
  SignInRequired,
  StaleVersion,
  Unavailable,
  user
} from "@lyceum/core/shared"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, type Layer, ManagedRuntime, Option } from "effect"
import { afterAll, beforeAll } from "vitest"
import { clientLayer, type ClientOptions } from "../src/client.ts"
import type { Services } from "../src/routes/index.ts"
import { ada, ben, openSchool, type School, tokenFor } from "./school.ts"

let school: School
beforeAll(async () => {
  school = await openSchool({ limits: { anonymousRequestsPerMinute: 3 } })
})
afterAll(() => school.close())

const credentials = (actor: Actor) =>
  actor._tag === "User" ? Effect.asSome(Effect.promise(() => tokenFor(actor.id))) : Effect.succeedNone

const clientOf = (options: Partial<ClientOptions> = {}): Layer.Layer<Services> =>
  clientLayer({
    baseUrl: "http://school.test/",
    credentials,
    fetch: async (url, init) => school.app.request(url, init),
    ...options
  })

const as = <A, E>(
  actor: Actor,
  use: Effect.Effect<A, E, Services | CurrentActor>,
  options: Partial<ClientOptions> = {}
) =>
  Effect.runPromiseExit(
    Effect.provideService(use, CurrentActor, actor).pipe(Effect.provide(clientOf(options)))
  )

const failureOf = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
const key = FlagKey.make("of_a_client")
const define = FeatureFlags.use((flags) =>
  flags.define({ key, description: "Made from afar", reason: "to see it arrive" })
)

describe("a client", () => {
  it("answers what the service there answers, decoded (API-1)", async () => {
    const made = await as(user(ada), define)
    assert.deepInclude(Exit.isSuccess(made) ? made.value : {}, { key, enabled: false })
    const listed = await as(
      user(ada),
      FeatureFlags.use((flags) => flags.list({ limit: 2 }))
    )
    assert.strictEqual(Exit.isSuccess(listed) ? listed.value.items.length : 0, 2)
  })

  it("fails with the very refusals of the service, as their classes (API-1, KER-12)", async () => {
    const missing = await as(
      user(ada),
      FeatureFlags.use((flags) => flags.get({ key: FlagKey.make("not_there") }))
    )
    assert.deepStrictEqual(failureOf(missing), new FlagNotFound({ key: FlagKey.make("not_there") }))
    const forbidden = await as(user(ben), define)
    assert.deepStrictEqual(failureOf(forbidden), new Forbidden({ permission: "operations.manage" }))
    assert.instanceOf(failureOf(await as(anonymous, define)), SignInRequired)
  })

  it("sends the version as If-Match, and gets the refusal with the current one (API-1, KER-23)", async () => {
    const change = (version: number) =>
      as(
        user(ben),
        Users.use((users) => users.updateProfile({ version, bio: "From afar" }))
      )
    const stale = failureOf(await change(999))
    assert.instanceOf(stale, StaleVersion)
    assert.isTrue(Exit.isSuccess(await change((stale as StaleVersion).current)))
  })

  it("sends the idempotency key of a command (API-1, KER-20)", async () => {
    const once = Effect.provideService(
      FeatureFlags.use((flags) =>
        flags.define({ key: FlagKey.make("only_once"), description: "x", reason: "to see it once" })
      ),
      IdempotencyKey,
      Option.some("client-1")
    )
    const [first, again] = [await as(user(ada), once), await as(user(ada), once)]
    assert.isTrue(Exit.isSuccess(first))
    assert.deepStrictEqual(again, first)
  })

  it("tells what is wrong with an input before it is sent (API-1, KER-14)", async () => {
    let sent = 0
    const fetch = async () => {
      sent += 1
      return new Response("{}")
    }
    const refused = await as(
      user(ada),
      FeatureFlags.use((flags) => flags.list({ limit: 1000 })),
      { fetch }
    )
    assert.deepStrictEqual(
      (failureOf(refused) as Invalid).issues.map(({ path }) => path),
      [["limit"]]
    )
    assert.strictEqual(sent, 0)
  })

  it("a server that is away, or that a proxy answers for, is unavailable (API-1)", async () => {
    const list = FeatureFlags.use((flags) => flags.list({}))
    const away = await as(user(ada), list, { fetch: () => Promise.reject(new TypeError("fetch failed")) })
    assert.deepStrictEqual(failureOf(away), new Unavailable({ what: "The server" }))
    const proxied = await as(user(ada), list, {
      fetch: async () => new Response("<h1>Bad gateway</h1>", { status: 502 })
    })
    assert.deepStrictEqual(failureOf(proxied), new Unavailable({ what: "The server" }))
  })

  it("a token that is not good asks to sign in (API-1, API-2)", async () => {
    const refused = await as(
      user(ada),
      FeatureFlags.use((flags) => flags.list({})),
      { credentials: () => Effect.succeedSome("x.y.z") }
    )
    assert.instanceOf(failureOf(refused), SignInRequired)
  })

  it("too many requests are unavailable for as long as the server says (API-1, API-5)", async () => {
    const list = Roles.use((roles) => roles.listPermissions({}))
    for (let i = 0; i < 3; i++) await as(anonymous, list)
    const refused = failureOf(await as(anonymous, list)) as Unavailable
    assert.instanceOf(refused, Unavailable)
    assert.isAbove(refused.retryAfterSeconds ?? 0, 0)
  })

  it("an answer that no use case gives is a defect that names the request (API-1)", async () => {
    const fetch = async () =>
      Response.json({ code: "http.internal_error", requestId: "0001" }, { status: 500 })
    const exit = await as(
      user(ada),
      FeatureFlags.use((flags) => flags.list({})),
      { fetch }
    )
    assert.deepInclude(Exit.isFailure(exit) ? (Cause.squash(exit.cause) as object) : {}, {
      _tag: "UnexpectedAnswer",
      requestId: "0001",
      status: 500
    })
  })

  it("what is not over HTTP says so (API-7)", async () => {
    const exit = await as(
      user(ada),
      Roles.use((roles) => roles.firstAdmin({ userId: ada }))
    )
    assert.match(
      Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "",
      /not over HTTP: The first admin/
    )
  })

  it("interrupting a call ends its request (API-1)", async () => {
    let aborted = false
    const fetch = (_: string, { signal }: RequestInit) =>
      new Promise<Response>((_, reject) => {
        signal?.addEventListener("abort", () => {
          aborted = true
          reject(new Error("aborted"))
        })
      })
    const runtime = ManagedRuntime.make(clientOf({ fetch }))
    const call = FeatureFlags.use((flags) => flags.list({})).pipe(
      Effect.provideService(CurrentActor, user(ada)),
      Effect.timeoutOption("50 millis")
    )
    assert.isTrue(Option.isNone(await runtime.runPromise(call)))
    assert.isTrue(aborted)
    await runtime.dispose()
  })
})
