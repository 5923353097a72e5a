/** The document and the page that tell what there is. Source: API-1, API-3. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Script } from "node:vm"
import { afterAll } from "vitest"
import { everyRoute } from "../src/routes/index.ts"
import { doorTellings, statusOfFamily } from "../src/status.ts"
import { tellings } from "@lyceum/core"
import { ask, openSchool, type School } from "./school.ts"

type Json = Record<string, any>

let school: School
let document: Json
beforeAll(async () => {
  school = await openSchool({
    document: { title: "A school", version: "1.2.3", servers: ["https://school.example"] }
  })
  document = (await ask(school, "GET", "/openapi.json")).json
})
afterAll(() => school.close())

const operationOf = (route: (typeof everyRoute)[number]): Json =>
  document["paths"][route.endpoint.path.replaceAll(/:(\w+)/g, "{$1}")][route.endpoint.method.toLowerCase()]

const folder = mkdtempSync(join(tmpdir(), "openapi-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** The strictest rules of a linter of others; it sends nothing anywhere. */
const lint = (content: Json): Promise<string> =>
  new Promise((resolve) => {
    const file = join(folder, "openapi.json")
    writeFileSync(file, JSON.stringify(content))
    const redocly = fileURLToPath(new URL("../node_modules/.bin/redocly", import.meta.url))
    const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" }
    execFile(
      redocly,
      ["lint", file, "--extends=recommended-strict", "--format=summary"],
      { env, cwd: folder },
      (error, out, err) => resolve(error === null ? "" : `${out}${err}`)
    )
  })

describe("the document", () => {
  it("a linter finds nothing to say, under its strictest rules (API-1)", async () =>
    assert.strictEqual(await lint(document), ""))

  it("the linter does find faults (API-1)", async () => {
    const flags = {
      ...document["paths"]["/v1/flags"].get,
      operationId: "twice",
      parameters: [],
      responses: {}
    }
    const said = await lint({
      ...document,
      components: {},
      security: [],
      paths: { "/a": { get: flags }, "/b": { get: flags } }
    })
    assert.include(said, "operation-operationId-unique")
  })

  it("says what the deployment says of itself (API-1)", () => {
    assert.strictEqual(document["openapi"], "3.1.0")
    assert.deepInclude(document["info"], { title: "A school", version: "1.2.3" })
    assert.deepStrictEqual(document["servers"], [{ url: "https://school.example" }])
  })

  it("has every route, under the name of its use case, with who may call it (API-1)", () => {
    for (const route of everyRoute) {
      const operation = operationOf(route)
      assert.strictEqual(operation["operationId"], route.operation.name)
      assert.isAbove(operation["summary"].length, 3)
      assert.deepInclude(operation["security"], { token: [] })
    }
    const count = Object.values(document["paths"] as Json).reduce(
      (sum, path: Json) => sum + Object.keys(path).length,
      0
    )
    assert.strictEqual(count, everyRoute.length)
  })

  it("names every code that a route may answer with, under its status (API-1, API-3)", () => {
    const codesIn = (response: Json | undefined): ReadonlyArray<string> =>
      response === undefined
        ? []
        : (JSON.stringify(response).match(/problem\.[a-z_]+\.[a-z_]+/g) ?? []).map((name) => name.slice(8))
    for (const route of everyRoute) {
      const { responses } = operationOf(route)
      for (const refusal of route.operation.refusals) {
        const code = (refusal as unknown as { readonly identifier: string }).identifier
        const status = statusOfFamily[tellings[code as keyof typeof tellings].family]
        assert.include(codesIn(responses[status]), code, route.operation.name)
      }
      assert.include(codesIn(responses[401]), "http.bad_token")
      assert.include(codesIn(responses[422]), "kernel.invalid")
      assert.include(codesIn(responses[429]), "http.rate_limited")
    }
  })

  it("has a schema with an example for each code there is (API-3)", () => {
    const { schemas } = document["components"]
    const told = Object.keys(schemas)
      .filter((name) => name.startsWith("problem."))
      .map((name) => name.slice(8))
    const nowhere = ["http.route_not_found", "http.method_not_allowed"]
    assert.includeMembers(
      told,
      Object.keys(doorTellings).filter((code) => !nowhere.includes(code))
    )
    for (const code of told) {
      const [example] = schemas[`problem.${code}`].examples
      assert.strictEqual(example.code, code)
      assert.notMatch(example.detail, /undefined|\[object|NaN/, code)
    }
  })

  it("every example is what it is an example of (API-1)", () => {
    for (const route of everyRoute) {
      const { operation } = route
      const { requestBody, responses, parameters } = operationOf(route)
      const inPlace = (parameters as ReadonlyArray<Json>).filter(
        ({ in: place }) => place === "path" || place === "query"
      )
      const given = Object.fromEntries(
        inPlace
          .filter(({ required }) => required)
          // An address holds text, also where the text is a number.
          .map(({ example, name }) => [name, typeof example === "number" ? String(example) : example])
      )
      const version = JSON.stringify(parameters).includes('/ifMatch"') ? { version: 3 } : {}
      const body = requestBody?.content["application/json"].example ?? {}
      const codec =
        route.endpoint.method === "GET"
          ? Schema.toCodecStringTree(operation.input)
          : Schema.toCodecJson(operation.input)
      const strict = { errors: "all", onExcessProperty: "error" } as const
      const input = Schema.decodeUnknownResult(codec, strict)({ ...given, ...body, ...version })
      assert.isTrue(
        Result.isSuccess(input),
        `${operation.name}: ${Result.isFailure(input) ? String(input.failure) : ""}`
      )
      const answer = (responses[200] ?? responses[201])?.content["application/json"].example
      if (answer === undefined) continue
      const output = Schema.decodeUnknownResult(Schema.toCodecJson(operation.output), strict)(answer)
      assert.isTrue(
        Result.isSuccess(output),
        `${operation.name} answers: ${Result.isFailure(output) ? String(output.failure) : ""}`
      )
    }
  })

  it("what is versioned asks for the version in a header, and not in the body (API-4)", () => {
    const { parameters, requestBody } = document["paths"]["/v1/me"].patch
    assert.deepInclude(parameters, { $ref: "#/components/parameters/ifMatch" })
    assert.notProperty(requestBody.content["application/json"].schema.properties, "version")
  })
})

describe("the reference page", () => {
  it("loads nothing from anywhere else (API-1)", async () => {
    const { headers, text, type } = await ask(school, "GET", "/docs")
    assert.match(type, /^text\/html/)
    const csp = headers.get("content-security-policy") ?? ""
    assert.include(csp, "default-src 'none'")
    assert.include(csp, "script-src 'self';")
    assert.notMatch(csp, /https?:|unsafe-eval/)
    const sources = Array.from(text.matchAll(/(?:src|href)="([^"]+)"/g), ([, source]) => source!)
    assert.isAbove(sources.length, 2)
    for (const source of sources) assert.notMatch(source, /^(https?:)?\/\//)
  })

  it("its scripts are there, and are kept by their tags (API-1)", async () => {
    for (const path of ["/docs/start.js", "/docs/scalar.js"]) {
      const { headers, status, text, type } = await ask(school, "GET", path)
      assert.deepStrictEqual([status, type], [200, "text/javascript; charset=utf-8"])
      assert.include(text, "createApiReference")
      // Whether it is JavaScript at all, and whole.
      assert.doesNotThrow(() => new Script(text))
      const again = await ask(school, "GET", path, { headers: { "if-none-match": headers.get("etag")! } })
      assert.strictEqual(again.status, 304)
    }
  })
})
