/** Where use cases are found, and what else is found there. Source: API-1, API-5, API-7. */
import { useCases } from "@lyceum/core"
import type { Operation } from "@lyceum/core/shared"
import { anonymous, user } from "@lyceum/core/shared"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, ManagedRuntime } from "effect"
import { Hono } from "hono"
import { afterAll, beforeAll } from "vitest"
import { routes } from "../src/endpoint.ts"
import { inputOf } from "../src/input.ts"
import { lyceumApp, unauthenticated } from "../src/index.ts"
import { everyRoute, everyService, nouns } from "../src/routes/index.ts"
import { unreachable } from "../src/routes/unreachable.ts"
import { ada, ask, ben, defaultOptions, memoryServices, openSchool, type School, tokenFor } from "./school.ts"

const everyOperation = useCases.flatMap(
  ({ operations }) => Object.values(operations) as ReadonlyArray<Operation>
)

describe("the table of routes", () => {
  it("every use case of the core has a route, or is listed with the reason why not (API-7)", () => {
    const reachable = new Set(everyRoute.map(({ operation }) => operation))
    const missing = everyOperation.filter((operation) => !reachable.has(operation)).map(({ name }) => name)
    assert.sameMembers(missing, Object.keys(unreachable))
    assert.isAbove(reachable.size, 100)
    for (const { unreachable: reason } of Object.values(unreachable)) assert.isAbove(reason.length, 30)
  })

  it("nothing is listed as unreachable that has a route, or that there is not (API-7)", () => {
    const names = new Set(everyOperation.map(({ name }) => name))
    const routed = new Set(everyRoute.map(({ operation }) => operation.name))
    for (const name of Object.keys(unreachable)) assert.isTrue(names.has(name) && !routed.has(name), name)
    const listed = everyService.flatMap((service) => Object.values(service.unreachable))
    assert.sameMembers(listed, Object.values(unreachable))
  })

  it("no two use cases share a method and path, nor a name (API-1)", () => {
    const places = everyRoute.map(
      ({ endpoint }) => `${endpoint.method} ${endpoint.path.replaceAll(/:\w+/g, ":")}`
    )
    assert.strictEqual(new Set(places).size, places.length)
    assert.strictEqual(new Set(everyOperation.map(({ name }) => name)).size, everyOperation.length)
  })

  it("paths are plural nouns below /v1, in lower case, with an act as a sub-noun (API-1)", () => {
    for (const { endpoint } of everyRoute)
      assert.match(endpoint.path, /^\/v1(\/:?[a-z][a-zA-Z]*(-[a-z]+)*)+$/)
    for (const { endpoint } of everyRoute) assert.notMatch(endpoint.path.replaceAll(/:\w+/g, ""), /[A-Z]/)
  })

  it("queries never have a method that changes something, commands never GET (API-1)", () => {
    for (const { endpoint, operation } of everyRoute) {
      if (operation.kind === "command") assert.notStrictEqual(endpoint.method, "GET", operation.name)
      // A question that does not fit into an address is posted.
      else assert.include(["GET", "POST"], endpoint.method, operation.name)
    }
  })

  it("every noun is described (API-1)", () =>
    assert.sameMembers(Object.keys(nouns), [
      ...new Set(everyRoute.map(({ operation }) => operation.name.split(".")[0]!))
    ]))

  it("a route that cannot work is told when it is made (API-1)", () => {
    const flags = useCases[0]
    const broken = (path: string, method: "GET" | "POST" = "POST") =>
      routes(
        flags.service,
        flags.operations,
        Object.fromEntries(
          Object.keys(flags.operations).map((name) => [name, { method, path, about: "" }])
        ) as never
      ).routes.find(({ method: name }) => name === "evaluate")!
    const compile = (route: ReturnType<typeof broken>) => () => inputOf(route.operation, route.endpoint)
    assert.throws(compile(broken("/v1/flags/:nothing")), /has :nothing/)
    assert.throws(compile(broken("/v1/flags/:subject")), /has :subject/)
    assert.throws(compile(broken("/v1/flags/:key", "GET")), /subject does not fit into an address/)
  })
})

describe("what is asked for in odd ways", () => {
  let school: School
  let token: string
  beforeAll(async () => {
    school = await openSchool()
    token = await tokenFor(ada)
  })
  afterAll(() => school.close())

  it("an unknown address is 404, as a problem (API-3)", async () => {
    for (const path of ["/", "/v1", "/v1/", "/v1/nothing", "/v2/flags", "/favicon.ico", "/.env"]) {
      const { json, status, type } = await ask(school, "GET", path)
      assert.deepStrictEqual([status, json["code"]], [404, "http.route_not_found"], path)
      assert.match(type, /^application\/problem\+json/)
    }
  })

  it.each([
    "//v1/jobs",
    "/v1//jobs",
    "/v1/jobs/",
    "/V1/jobs",
    "/v1/Jobs",
    "/v1/jobs/..",
    "/v1/flags/..%2fjobs",
    "/v1/flags/%2e%2e%2fjobs",
    "/v1%2fjobs",
    "/v1/jobs%00",
    "/v1/jobs;x=1",
    "/v1/jobs%20",
    "/v1/./jobs/.",
    "/v1/flags%5c..%5cjobs",
    "/v1/%6a%6f%62%73x"
  ])("%s finds no way around permissions (API-5)", async (path) => {
    const { status } = await ask(school, "GET", path, { token: await tokenFor(ben) })
    assert.include([400, 403, 404, 422], status)
  })

  it.each([
    "/v1/flags/%",
    "/v1/flags/%zz",
    "/v1/flags/%ff",
    "/v1/flags/%00",
    "/v1/flags?limit=%",
    "/v1/flags?cursor=%00",
    "/v1/flags?%ff=1",
    "/v1/flags?cursor=%ED%A0%80"
  ])("%s is not text (API-5)", async (path) => {
    const { json, status } = await ask(school, "GET", path, { token })
    assert.deepStrictEqual([status, json["code"]], [400, "http.malformed_url"])
  })

  it("a parameter that is given twice is refused, unless it is a list (KER-14)", async () => {
    const { json } = await ask(school, "GET", "/v1/flags?limit=1&limit=2", { token })
    assert.deepStrictEqual(json["errors"], [{ path: ["limit"], message: "is given twice" }])
    const cards = await ask(school, "GET", `/v1/name-cards?ids=${ada}&ids=${ben}`, { token })
    assert.strictEqual(cards.json["length"], 2)
    const one = await ask(school, "GET", `/v1/name-cards?ids=${ada}`, { token })
    assert.strictEqual(one.json["length"], 1)
  })

  it("what stands in the path cannot be said again elsewhere (KER-14)", async () => {
    const asked = await ask(school, "GET", "/v1/flags/some_flag?key=other_flag", { token })
    assert.deepStrictEqual(asked.json["errors"], [{ path: ["key"], message: "stands in the path" }])
    const sent = await ask(school, "PATCH", "/v1/flags/some_flag", {
      token,
      body: { key: "other_flag", reason: "to see it refused" }
    })
    assert.deepStrictEqual(sent.json["errors"], [{ path: ["key"], message: "stands in the path" }])
    const queried = await ask(school, "PATCH", "/v1/flags/some_flag?enabled=true", {
      token,
      body: { reason: "to see it refused" }
    })
    assert.deepStrictEqual(queried.json["errors"], [
      { path: ["enabled"], message: "does not belong in the query" }
    ])
  })

  it("another method is 405 and tells which there are; OPTIONS tells too (API-5)", async () => {
    for (const method of ["DELETE", "PUT", "PATCH", "PROPFIND"]) {
      const { headers, json, status } = await ask(school, method, "/v1/flags", { token })
      assert.deepStrictEqual(
        [status, json["code"], headers.get("allow")],
        [405, "http.method_not_allowed", "GET, HEAD, OPTIONS, POST"]
      )
    }
    const { headers, status } = await ask(school, "OPTIONS", "/v1/flags")
    assert.deepStrictEqual([status, headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST"])
  })

  it("every answer is guarded against what browsers might make of it (API-5)", async () => {
    for (const path of ["/v1/permissions", "/v1/nothing", "/health/live", "/openapi.json"]) {
      const { headers } = await ask(school, "GET", path)
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
      assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'/)
      assert.strictEqual(headers.get("referrer-policy"), "no-referrer")
      assert.strictEqual(headers.get("cross-origin-resource-policy"), "same-origin")
      assert.isNull(headers.get("strict-transport-security"))
      assert.isNull(headers.get("access-control-allow-origin"))
    }
  })
})

describe("what a deployment chooses", () => {
  it("browsers of named origins may call, and no others (API-5)", async () => {
    const school = await openSchool({ cors: { origins: ["https://school.example"] } })
    const allowedFor = async (origin: string) =>
      (await ask(school, "GET", "/v1/permissions", { headers: { origin } })).headers.get(
        "access-control-allow-origin"
      )
    assert.strictEqual(await allowedFor("https://school.example"), "https://school.example")
    for (const origin of [
      "https://evil.example",
      "https://school.example.evil.example",
      "http://school.example",
      "null"
    ]) {
      assert.isNull(await allowedFor(origin))
    }
    const asked = await ask(school, "OPTIONS", "/v1/me", {
      headers: {
        origin: "https://school.example",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "if-match"
      }
    })
    assert.strictEqual(asked.status, 204)
    assert.include(asked.headers.get("access-control-allow-methods") ?? "", "PATCH")
    assert.include((asked.headers.get("access-control-allow-headers") ?? "").toLowerCase(), "if-match")
    assert.isNull(asked.headers.get("access-control-allow-credentials"))
    const got = await ask(school, "GET", "/v1/permissions", { headers: { origin: "https://school.example" } })
    assert.include(got.headers.get("access-control-expose-headers") ?? "", "ETag")
    assert.include(got.headers.get("vary") ?? "", "Origin")
    assert.include(got.headers.get("vary") ?? "", "Authorization")
    await school.close()
  })

  it("behind TLS browsers are told to stay there (API-5)", async () => {
    const school = await openSchool({ strictTransportSecurity: Duration.days(365) })
    const { headers } = await ask(school, "GET", "/v1/permissions")
    assert.strictEqual(headers.get("strict-transport-security"), "max-age=31536000; includeSubDomains")
    await school.close()
  })
})

describe("inside another application", () => {
  /** A host with a way of its own to know who calls: a header that its proxy sets. */
  const actorOf = (request: Request) => {
    const who = request.headers.get("x-user")
    if (who === null) return Effect.succeed(anonymous)
    return who === "ada" ? Effect.succeed(user(ada)) : Effect.fail(unauthenticated)
  }
  const runtime = ManagedRuntime.make(memoryServices)
  const host = new Hono()
  beforeAll(async () => {
    host.get("/", (c) => c.text("the host"))
    host.route(
      "/learn",
      await runtime.runPromise(lyceumApp({ ...defaultOptions, authentication: { actorOf } }))
    )
    host.get("/learn-more", (c) => c.text("the host's own"))
    host.notFound((c) => c.text("the host knows nothing of it", 404))
  })
  afterAll(() => runtime.dispose())

  it("answers below its path, the host everywhere else (API-1)", async () => {
    assert.strictEqual((await ask({ app: host }, "GET", "/")).text, "the host")
    assert.strictEqual((await ask({ app: host }, "GET", "/learn-more")).text, "the host's own")
    assert.strictEqual((await ask({ app: host }, "GET", "/learn/v1/permissions")).status, 200)
    assert.strictEqual(
      (await ask({ app: host }, "GET", "/learn/v1/nothing")).json["code"],
      "http.route_not_found"
    )
    assert.strictEqual((await ask({ app: host }, "DELETE", "/learn/v1/flags")).status, 405)
    assert.strictEqual(
      (await ask({ app: host }, "GET", "/v1/permissions")).text,
      "the host knows nothing of it"
    )
  })

  it("the host says who is calling; its refusal is a 401 (API-1, API-2)", async () => {
    const as = (who: string) =>
      ask({ app: host }, "POST", "/learn/v1/tags", {
        body: { name: "Of a host" },
        headers: { "x-user": who }
      })
    assert.strictEqual((await as("somebody else")).json["code"], "http.bad_token")
    assert.strictEqual((await as("ada")).json["code"], "kernel.forbidden")
    assert.strictEqual((await ask({ app: host }, "PATCH", "/learn/v1/me/settings", { body: {} })).status, 401)
  })

  it("what visitors may cache is not for who has a session with the host (API-11)", async () => {
    const { headers } = await ask({ app: host }, "GET", "/learn/v1/permissions")
    assert.deepStrictEqual(
      [headers.get("cache-control"), headers.get("vary")],
      ["public, max-age=60", "Authorization, Cookie"]
    )
    const known = await ask({ app: host }, "GET", "/learn/v1/permissions", { headers: { "x-user": "ada" } })
    assert.strictEqual(known.headers.get("cache-control"), "private, no-store")
  })

  it("links and places keep the path of the host (API-1, API-4)", async () => {
    const { headers } = await ask({ app: host }, "GET", "/learn/v1/roles?limit=1")
    assert.match(headers.get("link") ?? "", /^<\/learn\/v1\/roles\?limit=1&cursor=/)
    assert.strictEqual((await ask({ app: host }, "GET", "/learn/docs")).status, 200)
    assert.strictEqual((await ask({ app: host }, "GET", "/learn/openapi.json")).status, 200)
  })
})
