/** How the door says no: one test per family of refusals, and what all problems have in common. Source: API-3, KER-12 to KER-14. */
import { tellings } from "@lyceum/core"
import { type Family, StorageUnavailable, UserId } from "@lyceum/core/shared"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, ManagedRuntime } from "effect"
import { afterAll, beforeAll } from "vitest"
import { appOver } from "../src/app.ts"
import type { UseCase } from "../src/handler.ts"
import { everyRoute } from "../src/routes/index.ts"
import { statusOfFamily } from "../src/status.ts"
import { ada, ask, ben, defaultOptions, memoryServices, openSchool, type School, tokenFor } from "./school.ts"

let school: School
let token: string
beforeAll(async () => {
  school = await openSchool()
  token = await tokenFor(ada)
})
afterAll(() => school.close())

const flag = { key: "problem_flag", description: "A flag of a test", reason: "to see what is refused" }

describe("families", () => {
  /** Status, code and data of a refusal, which is a problem in any case. */
  const refusalOf = async (method: string, path: string, asking: Parameters<typeof ask>[3] = {}) => {
    const { json, status, type } = await ask(school, method, path, { token, ...asking })
    assert.strictEqual(type, "application/problem+json; charset=utf-8")
    return { told: [status, json["code"]], json }
  }

  it("what cannot be parsed is 400 (KER-13)", async () =>
    assert.deepStrictEqual((await refusalOf("POST", "/v1/flags", { body: "{" })).told, [
      400,
      "http.malformed_json"
    ]))

  it("invalid input is 422 and names every wrong field, unknown ones too (KER-13, KER-14)", async () => {
    const body = { key: "Not a key", enabled: "yes", rolloutPercentage: 101, reason: "short", colour: "red" }
    const { json, told } = await refusalOf("POST", "/v1/flags", { body })
    assert.deepStrictEqual(told, [422, "kernel.invalid"])
    const paths = (json["errors"] as ReadonlyArray<{ path: ReadonlyArray<string> }>).map(({ path }) =>
      path.join(".")
    )
    assert.sameMembers(paths, ["key", "description", "enabled", "rolloutPercentage", "reason", "colour"])
    assert.strictEqual(json["detail"], "6 fields are not valid.")
  })

  it("who must sign in is 401 with a challenge (KER-13)", async () => {
    const { headers, status } = await ask(school, "PATCH", "/v1/me/settings", { body: {} })
    assert.deepStrictEqual([status, headers.get("www-authenticate")], [401, 'Bearer realm="lyceum"'])
  })

  it("who may not is 403 and learns which permission is missing (KER-10, KER-13)", async () => {
    const { json, told } = await refusalOf("GET", "/v1/jobs", { token: await tokenFor(ben) })
    assert.deepStrictEqual(told, [403, "kernel.forbidden"])
    assert.deepStrictEqual(json["data"], { permission: "operations.view" })
  })

  it("what is not there is 404 (KER-13)", async () =>
    assert.deepStrictEqual((await refusalOf("GET", "/v1/flags/nobody_made_it")).told, [
      404,
      "flags.flag_not_found"
    ]))

  it("what collides is 409 (KER-13)", async () => {
    await ask(school, "POST", "/v1/flags", { token, body: flag })
    assert.deepStrictEqual((await refusalOf("POST", "/v1/flags", { body: flag })).told, [
      409,
      "flags.flag_exists"
    ])
  })

  it("a stale version is 412 and tells the current one (KER-13, KER-23)", async () => {
    const headers = { "if-match": '"v999"' }
    const { json, told } = await refusalOf("PATCH", "/v1/me", { body: { bio: "x" }, headers })
    assert.deepStrictEqual(told, [412, "kernel.stale_version"])
    assert.isAbove(json["data"].current, 0)
  })

  it("a missing version is 428 (KER-13, KER-23)", async () =>
    assert.deepStrictEqual((await refusalOf("PATCH", "/v1/me", { body: { bio: "x" } })).told, [
      428,
      "http.version_required"
    ]))

  it("the kill switch is 503 with Retry-After (KER-13, OPS-2)", async () => {
    const flip = (enabled: boolean) =>
      ask(school, "PATCH", "/v1/flags/emergency_read_only_mode", {
        token,
        body: { enabled, reason: "to see it closed" }
      })
    await flip(true)
    // What was read is believed for half a second.
    await new Promise((resolve) => setTimeout(resolve, 600))
    const { headers, json, status } = await ask(school, "POST", "/v1/flags", {
      token,
      body: { ...flag, key: "later_flag" }
    })
    assert.strictEqual((await ask(school, "GET", "/v1/flags", { token })).status, 200)
    await flip(false)
    await new Promise((resolve) => setTimeout(resolve, 600))
    assert.deepStrictEqual(
      [status, json["code"], headers.get("retry-after")],
      [503, "kernel.read_only_mode", "30"]
    )
  })

  it("every family has the status that the rule gives it (KER-13)", () =>
    assert.deepStrictEqual<Record<Family, number>>(statusOfFamily, {
      invalid: 422,
      unauthenticated: 401,
      payment_required: 402,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      gone: 410,
      stale_version: 412,
      version_required: 428,
      rate_limited: 429,
      unavailable: 503
    }))

  it("every refusal of every route has its sentences (KER-12)", () => {
    const told = new Set(Object.keys(tellings))
    const codes = everyRoute.flatMap(({ operation }) =>
      operation.refusals.map(
        (refusal) =>
          (refusal as unknown as { readonly fields?: never; readonly identifier?: string }).identifier ?? ""
      )
    )
    assert.isAbove(codes.length, 20)
    assert.deepStrictEqual(
      codes.filter((code) => !told.has(code)),
      []
    )
  })
})

describe("what a problem looks like", () => {
  it("has type, title, status, code, detail and the request id (API-3)", async () => {
    const { headers, json } = await ask(school, "GET", "/v1/flags/nobody_made_it", { token })
    assert.deepStrictEqual(json, {
      type: "urn:lyceum:problem:flags.flag_not_found",
      title: "Not found",
      status: 404,
      code: "flags.flag_not_found",
      detail: "There is no flag nobody_made_it.",
      data: { key: "nobody_made_it" },
      requestId: headers.get("x-request-id")
    })
    assert.strictEqual(headers.get("cache-control"), "no-store")
  })

  it("types begin with what the deployment says (API-3)", async () => {
    const own = await openSchool({ problemBase: "https://school.example/problems/" })
    const { json } = await ask(own, "GET", "/v1/nothing")
    assert.strictEqual(json["type"], "https://school.example/problems/http.route_not_found")
    await own.close()
  })

  it.each([
    ["fr", "fr", "Il n'y a pas de drapeau nobody_made_it."],
    ["fr-CA,en;q=0.5", "fr", "Il n'y a pas de drapeau nobody_made_it."],
    ["en;q=0.5, fr;q=0.6", "fr", "Il n'y a pas de drapeau nobody_made_it."],
    ["de, *;q=0.1", "en", "There is no flag nobody_made_it."],
    ["*", "en", "There is no flag nobody_made_it."],
    ["fr;q=0", "en", "There is no flag nobody_made_it."],
    [";;;q=,,,", "en", "There is no flag nobody_made_it."]
  ])("for %j it is written in %s (API-11, KER-12)", async (accepted, language, detail) => {
    const { headers, json } = await ask(school, "GET", "/v1/flags/nobody_made_it", {
      token,
      headers: { "accept-language": accepted }
    })
    assert.deepStrictEqual([headers.get("content-language"), json["detail"]], [language, detail])
  })

  it("a sane request id is taken over, any other is replaced (API-3)", async () => {
    const idFor = async (given: string) =>
      (await ask(school, "GET", "/v1/nothing", { headers: { "x-request-id": given } })).json[
        "requestId"
      ] as string
    assert.strictEqual(await idFor("trace-0123456789"), "trace-0123456789")
    for (const odd of ["short", "x".repeat(65), "with a space", 'quote"quote', "<script>alert(1)</script>"]) {
      assert.notStrictEqual(await idFor(odd), odd)
    }
  })
})

describe("what must not happen", () => {
  const lines: Array<unknown> = []
  const services = Layer.merge(
    memoryServices,
    Logger.layer([Logger.make((options) => void lines.push(options.message))])
  )
  const answering = async (use: UseCase) => {
    const runtime = ManagedRuntime.make(services)
    const app = await runtime.runPromise(appOver(defaultOptions, () => use))
    const answer = await ask({ app }, "GET", "/v1/flags/any_flag", { token })
    await runtime.dispose()
    return answer
  }
  const canary = "canary-7d1f of ada@school.example"

  it.each<[string, UseCase]>([
    ["an error", () => Effect.die(new Error(canary, { cause: new Error(canary) }))],
    ["something thrown", () => Effect.sync(() => JSON.parse(canary) as unknown)],
    ["text", () => Effect.die(canary)],
    ["nothing", () => Effect.die(undefined)],
    ["a failure that no use case has", () => Effect.fail({ _tag: "Surprise", canary })],
    ["an answer off its schema", () => Effect.succeed({ canary })]
  ])(
    "%s as a defect is 500, and tells nothing of the inside, nor the log of the data (KER-12, API-3)",
    async (_, use) => {
      lines.length = 0
      const { json, status, text } = await answering(use)
      assert.deepStrictEqual([status, json["code"]], [500, "http.internal_error"])
      assert.notInclude(text, "canary")
      assert.notInclude(text, ".ts")
      assert.isAbove(lines.length, 0)
      assert.notInclude(JSON.stringify(lines), "canary")
    }
  )

  it("storage that cannot be reached is 503 with Retry-After (KER-13)", async () => {
    const { headers, json, status } = await answering(() =>
      Effect.die(new StorageUnavailable({ why: "unreachable", retryAfterSeconds: 7 }))
    )
    assert.deepStrictEqual(
      [status, json["code"], headers.get("retry-after")],
      [503, "http.storage_unavailable", "7"]
    )
  })

  it("logs say nothing of who asked: no token, no id, no address (API-6)", async () => {
    const runtime = ManagedRuntime.make(services)
    const app = await runtime.runPromise(appOver(defaultOptions, () => () => Effect.succeed({ items: [] })))
    lines.length = 0
    await ask({ app }, "GET", "/v1/flags", { token })
    await runtime.dispose()
    const logged = JSON.stringify(lines)
    assert.include(logged, "flags.list")
    for (const personal of [token, ada, UserId.make(ada), "203.0.113"]) assert.notInclude(logged, personal)
  })
})
