/** How much one caller may ask for, and how large, long and many requests may be. Source: API-5, KER-25. */
import { operations } from "@lyceum/core/flags"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, ManagedRuntime, Schema } from "effect"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll } from "vitest"
import { appOver } from "../src/app.ts"
import type { UseCase } from "../src/handler.ts"
import { type HttpOptions, lyceumApp } from "../src/index.ts"
import { ada, ask, ben, defaultOptions, memoryServices, openSchool, type School, tokenFor } from "./school.ts"

describe("rates", () => {
  const few = { requestsPerMinute: 5, anonymousRequestsPerMinute: 3, writesPerMinute: 2 }
  const start = Date.UTC(2026, 0, 5, 9)

  /** Runs requests against an application whose clock the test moves. */
  const onApp = <A>(
    options: Partial<HttpOptions>,
    body: (
      get: (
        path: string,
        asking?: Parameters<typeof ask>[3]
      ) => Effect.Effect<Awaited<ReturnType<typeof ask>>>
    ) => Effect.Effect<A>
  ) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const app = yield* lyceumApp({ ...defaultOptions, ...options })
      return yield* body((path, asking) =>
        Effect.promise(() => ask({ app }, asking?.body === undefined ? "GET" : "POST", path, asking))
      )
    }).pipe(Effect.provide(memoryServices))

  const times = <A>(count: number, effect: Effect.Effect<A>) =>
    Effect.all(Array.from({ length: count }, () => effect))
  const statuses = (answers: ReadonlyArray<{ readonly status: number }>) =>
    answers.map(({ status }) => status)

  it.effect("a user has so many requests in a minute, and is told how many are left (API-4, API-5)", () =>
    onApp({ limits: few }, (get) =>
      Effect.gen(function* () {
        const token = yield* Effect.promise(() => tokenFor(ada))
        const answers = yield* times(6, get("/v1/permissions", { token }))
        assert.deepStrictEqual(statuses(answers), [200, 200, 200, 200, 200, 429])
        assert.strictEqual(answers[0]!.headers.get("ratelimit-policy"), '"requests";q=5;w=60')
        assert.deepStrictEqual(
          answers.map(({ headers }) => headers.get("ratelimit")),
          [...[4, 3, 2, 1, 0].map((left) => `"requests";r=${left};t=60`), '"requests";r=0;t=60']
        )
        const refused = answers[5]!
        assert.deepStrictEqual(
          [refused.json["code"], refused.headers.get("retry-after")],
          ["http.rate_limited", "60"]
        )
        assert.deepStrictEqual(refused.json["data"], { limit: "requests", quota: 5, retryAfterSeconds: 60 })
      })
    )
  )

  it.effect("the minute begins with the first request and ends at its end (API-5, KER-2)", () =>
    onApp({ limits: few }, (get) =>
      Effect.gen(function* () {
        const token = yield* Effect.promise(() => tokenFor(ada))
        yield* times(5, get("/v1/permissions", { token }))
        yield* TestClock.setTime(start + 59_999)
        assert.strictEqual((yield* get("/v1/permissions", { token })).status, 429)
        yield* TestClock.setTime(start + 60_000)
        assert.deepStrictEqual(
          statuses(yield* times(6, get("/v1/permissions", { token }))),
          [200, 200, 200, 200, 200, 429]
        )
      })
    )
  )

  it.effect("one caller's haste costs no other anything (API-5)", () =>
    onApp({ limits: few }, (get) =>
      Effect.gen(function* () {
        const [one, other] = yield* Effect.promise(() => Promise.all([tokenFor(ada), tokenFor(ben)]))
        yield* times(9, get("/v1/permissions", { token: one }))
        assert.strictEqual((yield* get("/v1/permissions", { token: other })).status, 200)
        assert.strictEqual((yield* get("/v1/permissions")).status, 200)
      })
    )
  )

  it.effect("writes are counted besides, refused ones too (API-5)", () =>
    onApp({ limits: few }, (get) =>
      Effect.gen(function* () {
        const token = yield* Effect.promise(() => tokenFor(ada))
        const answers = yield* times(3, get("/v1/flags", { token, body: {} }))
        assert.deepStrictEqual(statuses(answers), [422, 422, 429])
        assert.strictEqual(answers[0]!.headers.get("ratelimit"), '"requests";r=4;t=60, "writes";r=1;t=60')
        assert.strictEqual(answers[2]!.json["data"].limit, "writes")
        assert.strictEqual((yield* get("/v1/permissions", { token })).status, 200)
      })
    )
  )

  it.effect("wrong tokens are counted by address, so that nobody can try many (API-5)", () =>
    onApp({ limits: few }, (get) =>
      Effect.map(times(4, get("/v1/permissions", { token: "x.y.z" })), (answers) =>
        assert.deepStrictEqual(statuses(answers), [401, 401, 401, 429])
      )
    )
  )

  /** Statuses of four visitors' requests, each from an address and with what proxies are said to have told. */
  const visitors = (
    trustedProxies: ReadonlyArray<string>,
    from: ReadonlyArray<readonly [socket: string, forwardedFor?: string]>
  ) => {
    let next = 0
    return onApp({ limits: few, trustedProxies, socketAddressOf: () => from[next]![0] }, (get) =>
      Effect.forEach(from, ([, forwarded], index) => {
        next = index
        return Effect.map(
          get(
            "/v1/permissions",
            forwarded === undefined ? {} : { headers: { "x-forwarded-for": forwarded } }
          ),
          ({ status }) => status
        )
      })
    )
  }

  it.effect(
    "visitors are counted by the address of the socket; what they forward themselves changes nothing (API-5, KER-25)",
    () =>
      Effect.map(
        visitors(
          [],
          [
            ["198.51.100.1", "1.1.1.1"],
            ["198.51.100.1", "2.2.2.2"],
            ["198.51.100.1", "3.3.3.3"],
            ["198.51.100.1", "4.4.4.4"],
            ["198.51.100.2"]
          ]
        ),
        (seen) => assert.deepStrictEqual(seen, [200, 200, 200, 429, 200])
      )
  )

  it.effect("behind a configured proxy the right-most foreign address counts (API-5, KER-25)", () =>
    Effect.map(
      visitors(
        ["10.0.0.0/8"],
        [
          ["10.0.0.9", "1.1.1.1, 198.51.100.1"],
          ["10.0.0.9", "2.2.2.2, 198.51.100.1, 10.1.1.1"],
          ["10.0.0.9", "198.51.100.1"],
          ["10.0.0.9", "3.3.3.3, 198.51.100.1"],
          ["10.0.0.9", "198.51.100.1, 198.51.100.2"]
        ]
      ),
      (seen) => assert.deepStrictEqual(seen, [200, 200, 200, 429, 200])
    )
  )

  it.effect("an IPv6 client is its /64, an IPv4-mapped one its IPv4 address (API-5, KER-25)", () =>
    Effect.map(
      visitors(
        [],
        [["2001:db8::1"], ["2001:db8::2"], ["2001:db8::3"], ["2001:db8:0:0:ffff::4"], ["::ffff:198.51.100.1"]]
      ),
      (seen) => assert.deepStrictEqual(seen, [200, 200, 200, 429, 200])
    )
  )

  it("a proxy that is no address is told at the start (KER-25)", async () => {
    const opened = openSchool({ trustedProxies: ["localhost"] }).then(
      () => "opened",
      (error: unknown) => String(error)
    )
    assert.match(await opened, /localhost is neither an address nor a network/)
  })
})

describe("sizes", () => {
  let school: School
  let token: string
  beforeAll(async () => {
    school = await openSchool({ limits: { bodyBytes: 1000, importBytes: 5000, headers: 10 } })
    token = await tokenFor(ada)
  })
  afterAll(() => school.close())
  const bodyOf = (bytes: number) => `{"x":"${"y".repeat(bytes - 8)}"}`
  const send = (bytes: number, headers: Record<string, string> = {}, path = "/v1/flags") =>
    ask(school, "POST", path, { token, body: bodyOf(bytes), headers })

  it("a body of the limit is read, one byte more is not (API-5)", async () => {
    assert.strictEqual((await send(1000)).status, 422)
    const { headers, json, status } = await send(1001)
    assert.deepStrictEqual(
      [status, json["code"], json["data"]],
      [413, "http.body_too_large", { maximumBytes: 1000 }]
    )
    assert.strictEqual(headers.get("connection"), "close")
  })

  it("a body that says how long it is, is not read at all when it is too long (API-5)", async () => {
    const { status } = await ask(school, "POST", "/v1/flags", {
      token,
      body: "{}",
      headers: { "content-length": "1001" }
    })
    assert.strictEqual(status, 413)
  })

  it("a body that does not say is read up to the limit (API-5)", async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 100
        controller.enqueue(new Uint8Array(100).fill(0x20))
      }
    })
    const response = await school.app.request("/v1/flags", {
      method: "POST",
      body: endless,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      duplex: "half"
    } as RequestInit)
    assert.strictEqual(response.status, 413)
    assert.isBelow(sent, 3000)
  })

  it("imports may be larger (API-5)", async () => {
    assert.strictEqual((await send(5000, {}, "/v1/users/imports")).status, 422)
    assert.strictEqual((await send(5001, {}, "/v1/users/imports")).status, 413)
  })

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    ""
  ])("a body of type %j is 415 (API-5)", async (type) => {
    const { json, status } = await send(100, { "content-type": type })
    assert.deepStrictEqual([status, json["code"]], [415, "http.unsupported_media_type"])
  })

  it.each(["application/json", "Application/JSON; charset=utf-8", 'application/json;charset="UTF-8"'])(
    "a body of type %j is read (API-5)",
    async (type) => assert.strictEqual((await send(100, { "content-type": type })).status, 422)
  )

  it("a compressed body is 415: nobody unpacks what may be a bomb (API-5)", async () =>
    assert.strictEqual((await send(100, { "content-encoding": "gzip" })).status, 415))

  it("too many headers are 431 (API-5)", async () => {
    const headers = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`x-${i}`, "y"]))
    const { json, status } = await ask(school, "GET", "/v1/permissions", { headers })
    assert.deepStrictEqual([status, json["code"]], [431, "http.headers_too_large"])
  })
})

describe("time and load", () => {
  const flagJson = {
    key: "a_flag",
    description: "A flag",
    enabled: true,
    rolloutPercentage: 1,
    targetConditions: {},
    type: "permanent",
    isSystemCritical: false,
    createdAt: "2026-01-05T09:00:00.000Z",
    updatedAt: "2026-01-05T09:00:00.000Z"
  }
  const flag = Schema.decodeUnknownSync(Schema.toCodecJson(operations.get.output))(flagJson)

  const over = async (use: UseCase, limits: HttpOptions["limits"]) => {
    const runtime = ManagedRuntime.make(memoryServices)
    const app = await runtime.runPromise(
      appOver({ ...defaultOptions, limits: { ...defaultOptions.limits, ...limits } }, () => use)
    )
    return { app, close: () => runtime.dispose() }
  }

  it("what takes too long is interrupted, and answered with 503 (API-5)", async () => {
    let interrupted = 0
    const never: UseCase = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => (interrupted += 1)))
    const { app, close } = await over(never, { requestMillis: 50 })
    const { headers, json, status } = await ask({ app }, "GET", "/v1/flags/a_flag", {
      token: await tokenFor(ada)
    })
    assert.deepStrictEqual([status, json["code"]], [503, "http.timed_out"])
    assert.isNotNull(headers.get("retry-after"))
    assert.strictEqual(interrupted, 1)
    await close()
  })

  it("a slow body counts too (API-5)", async () => {
    const { app, close } = await over(() => Effect.succeed(flag), { requestMillis: 50 })
    const body = new ReadableStream({ pull: () => new Promise(() => {}) })
    const response = await app.request("/v1/flags/a_flag", {
      method: "PATCH",
      body,
      headers: { "content-type": "application/json", authorization: `Bearer ${await tokenFor(ada)}` },
      duplex: "half"
    } as RequestInit)
    assert.strictEqual(response.status, 503)
    await close()
  })

  it("a client that goes away interrupts what it asked for (API-5)", async () => {
    const started = Deferred.makeUnsafe<void>()
    const stopped = Deferred.makeUnsafe<void>()
    const use: UseCase = () =>
      Deferred.succeed(started, undefined).pipe(
        Effect.andThen(Effect.never),
        Effect.onInterrupt(() => Deferred.succeed(stopped, undefined))
      )
    const { app, close } = await over(use, {})
    const gone = new AbortController()
    const answered = app.request("/v1/flags/a_flag", {
      headers: { authorization: `Bearer ${await tokenFor(ada)}` },
      signal: gone.signal
    })
    await Effect.runPromise(Deferred.await(started))
    gone.abort()
    await Effect.runPromise(Effect.timeout(Deferred.await(stopped), Duration.seconds(5)))
    assert.strictEqual((await answered).status, 499)
    await close()
  })

  it("beyond so many at once the rest is told to come back, and health still answers (API-5, API-6)", async () => {
    const open = Deferred.makeUnsafe<void>()
    const { app, close } = await over(() => Effect.as(Deferred.await(open), flag), { concurrency: 3 })
    const token = await tokenFor(ada)
    const first = Array.from({ length: 3 }, () => ask({ app }, "GET", "/v1/flags/a_flag", { token }))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const { headers, json, status } = await ask({ app }, "GET", "/v1/flags/a_flag", { token })
    assert.deepStrictEqual([status, json["code"], headers.get("retry-after")], [503, "http.overloaded", "1"])
    assert.strictEqual((await ask({ app }, "GET", "/health/live")).status, 200)
    Deferred.doneUnsafe(open, Effect.void)
    assert.deepStrictEqual(
      (await Promise.all(first)).map((answer) => answer.status),
      [200, 200, 200]
    )
    assert.strictEqual((await ask({ app }, "GET", "/v1/flags/a_flag", { token })).status, 200)
    await close()
  })

  it("a use case that is still stopping keeps its place (API-5)", async () => {
    const open = Deferred.makeUnsafe<void>()
    const stubborn: UseCase = () => Effect.as(Effect.uninterruptible(Deferred.await(open)), flag)
    const { app, close } = await over(stubborn, { concurrency: 1, requestMillis: 30 })
    const token = await tokenFor(ada)
    assert.strictEqual(
      (await ask({ app }, "GET", "/v1/flags/a_flag", { token })).json["code"],
      "http.timed_out"
    )
    assert.strictEqual(
      (await ask({ app }, "GET", "/v1/flags/a_flag", { token })).json["code"],
      "http.overloaded"
    )
    Deferred.doneUnsafe(open, Effect.void)
    await new Promise((resolve) => setTimeout(resolve, 10))
    assert.strictEqual((await ask({ app }, "GET", "/v1/flags/a_flag", { token })).status, 200)
    await close()
  })
})
