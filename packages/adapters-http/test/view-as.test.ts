/** Reading as somebody else sees it, by a header. Source: KER-26. */
import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import { everyRoute } from "../src/routes/index.ts"
import { ada, ask, ben, openSchool, type School, tokenFor } from "./school.ts"

const cleo = "0193a5f0-7c00-7000-8000-0000000000c3"
const viewings = (id: string) => `/v1/users/${id}/viewings`
const reason = "they asked for help"

describe("a viewing", () => {
  let school: School
  let token: string
  const asBen = (method: string, path: string, more: { readonly body?: unknown } = {}) =>
    ask(school, method, path, { token, headers: { "x-view-as": ben }, ...more })
  beforeAll(async () => {
    school = await openSchool({ cors: { origins: ["https://school.example"] } })
    token = await tokenFor(ada)
  })
  afterAll(() => school.close())

  it("is opened first: until then the header is refused (KER-26)", async () => {
    assert.strictEqual((await asBen("GET", "/v1/me")).json["code"], "http.view_as_not_open")
    const refused = await ask(school, "POST", viewings(ben), { token, body: { reason: "help" } })
    assert.strictEqual(refused.json["code"], "kernel.invalid")
    const opened = await ask(school, "POST", viewings(ben), { token, body: { reason } })
    assert.strictEqual(opened.status, 200)
    assert.strictEqual(opened.json["userId"], ben)
  })

  it("answers reads as to the one who is viewed, and says so (KER-26)", async () => {
    const { headers, json } = await asBen("GET", "/v1/me")
    assert.strictEqual(json["id"], ben)
    assert.strictEqual(headers.get("x-viewing-as"), ben)
    assert.strictEqual(headers.get("cache-control"), "private, no-store")
    const head = await asBen("HEAD", "/v1/me")
    assert.deepStrictEqual([head.status, head.headers.get("x-viewing-as"), head.text], [200, ben, ""])
    // What Ada may read and Ben may not is not shown.
    assert.strictEqual((await ask(school, "GET", "/v1/users", { token })).status, 200)
    const denied = await asBen("GET", "/v1/users")
    assert.deepStrictEqual([denied.status, denied.json["code"]], [403, "kernel.forbidden"])
    assert.strictEqual(denied.headers.get("x-viewing-as"), ben)
    const plain = await ask(school, "GET", "/v1/me", { token })
    assert.deepStrictEqual([plain.json["id"], plain.headers.get("x-viewing-as")], [ada, null])
  })

  it("changes nothing: whatever is not a read is refused (KER-26)", async () => {
    const before = (await asBen("GET", "/v1/me/settings")).text
    for (const { endpoint } of everyRoute.filter(({ endpoint }) => endpoint.method !== "GET")) {
      const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, ben)
      const { json, status } = await asBen(endpoint.method, path, { body: {} })
      assert.deepStrictEqual([status, json["code"]], [403, "http.view_as_reads_only"], endpoint.path)
    }
    assert.strictEqual((await asBen("GET", "/v1/me/settings")).text, before)
  })

  it("does not take anything along (KER-26, IDN-7)", async () => {
    const { headers, json, status } = await asBen("GET", "/v1/me/export")
    assert.deepStrictEqual([status, json["code"]], [403, "http.view_as_owner_only"])
    assert.isNull(headers.get("x-viewing-as"))
    assert.strictEqual((await ask(school, "GET", "/v1/me/export", { token })).status, 200)
  })

  it("is for who opened it: not for visitors, services or those who are viewed (KER-26)", async () => {
    const path = "/v1/flags/course_paywall"
    for (const credentials of [
      {},
      { token: school.flagsKey },
      { token: await tokenFor(ben) },
      { token: await tokenFor(cleo) }
    ]) {
      const { json } = await ask(school, "GET", path, { ...credentials, headers: { "x-view-as": ben } })
      assert.strictEqual(json["code"], "http.view_as_not_open")
    }
    const other = await ask(school, "GET", "/v1/me", { token, headers: { "x-view-as": cleo } })
    assert.strictEqual(other.json["code"], "http.view_as_not_open")
    // The members do not get to open one.
    const opening = await ask(school, "POST", viewings(ada), { token: await tokenFor(ben), body: { reason } })
    assert.strictEqual(opening.json["code"], "kernel.forbidden")
  })

  it.each(["", "ben", `${ben} `, ben.toUpperCase(), `${ben},${ben}`, `{${ben}}`, "*"])(
    "refuses the header %j (KER-26)",
    async (value) => {
      const { headers, json } = await ask(school, "GET", "/v1/me", { token, headers: { "x-view-as": value } })
      if (value.trim() === ben) assert.strictEqual(json["id"], ben)
      else assert.strictEqual(json["code"], "http.malformed_header", value)
      assert.strictEqual(headers.get("x-viewing-as"), value.trim() === ben ? ben : null)
    }
  )

  it("browsers of named origins may ask for it and see it (KER-26, API-5)", async () => {
    const asked = await ask(school, "OPTIONS", "/v1/me", {
      headers: {
        origin: "https://school.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "x-view-as"
      }
    })
    assert.include((asked.headers.get("access-control-allow-headers") ?? "").toLowerCase(), "x-view-as")
    const got = await ask(school, "GET", "/v1/me", { token, headers: { origin: "https://school.example" } })
    assert.include(got.headers.get("access-control-expose-headers") ?? "", "X-Viewing-As")
  })

  it("is told in French too (KER-26, API-3)", async () => {
    const { json } = await ask(school, "PATCH", "/v1/me", {
      token,
      body: {},
      headers: { "x-view-as": ben, "accept-language": "fr" }
    })
    assert.strictEqual(json["detail"], "Qui consulte en tant que quelqu'un d'autre ne peut que lire.")
  })
})
