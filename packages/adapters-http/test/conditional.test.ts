/** Headers that clients and servers agree by: keys, versions, tags, pages, limits. Source: API-4, API-11. */
import { assert, describe, it } from "@effect/vitest"
import { afterAll, beforeAll } from "vitest"
import { ada, ask, ben, openSchool, type School, tokenFor } from "./school.ts"

let school: School
let token: string
beforeAll(async () => {
  school = await openSchool()
  token = await tokenFor(ada)
})
afterAll(() => school.close())

const flag = (key: string) => ({ key, description: "A flag of a test", reason: "to see how it is told" })

describe("idempotency keys", () => {
  const define = (key: string, idempotencyKey: string, asking: Parameters<typeof ask>[3] = {}) =>
    ask(school, "POST", "/v1/flags", {
      token,
      body: flag(key),
      headers: { "idempotency-key": idempotencyKey },
      ...asking
    })

  it("the same key and input answer the first answer again, without a second effect (API-4, KER-20)", async () => {
    const first = await define("once_only", "key-1")
    const again = await define("once_only", "key-1")
    assert.strictEqual(first.status, 201)
    assert.deepStrictEqual([again.status, again.text], [first.status, first.text])
  })

  it("a refusal is answered again too (API-4, KER-20)", async () => {
    await define("taken_flag", "key-2")
    const refused = await define("taken_flag", "key-3")
    assert.strictEqual(refused.status, 409)
    assert.strictEqual((await define("taken_flag", "key-3")).json["code"], "flags.flag_exists")
  })

  it("the same key with another input is 422 with its own code (API-4, KER-20)", async () => {
    await define("first_input", "key-4")
    const { json, status } = await define("other_input", "key-4")
    assert.deepStrictEqual([status, json["code"]], [422, "kernel.idempotency_key_reused"])
  })

  it("two actors never meet on one key (API-4, KER-20)", async () => {
    await define("of_ada", "key-5")
    const other = await define("of_ben", "key-5", { token: await tokenFor(ben) })
    assert.strictEqual(other.json["code"], "kernel.forbidden")
  })

  it.each([
    ["empty", ""],
    ["too long", "x".repeat(256)],
    ["of two words", "with a space"],
    ["not ASCII", "é"]
  ])("a key that is %s cannot be read (API-4)", async (_, key) => {
    const { json, status } = await define("never_made", key)
    assert.deepStrictEqual([status, json["code"]], [400, "http.malformed_header"])
    assert.deepStrictEqual(json["data"], { header: "Idempotency-Key" })
  })
})

describe("versions", () => {
  const change = (ifMatch: string | undefined, body: object = { bio: "New" }) =>
    ask(school, "PATCH", "/v1/me", {
      token,
      body,
      ...(ifMatch !== undefined && { headers: { "if-match": ifMatch } })
    })
  const read = () => ask(school, "GET", "/v1/me", { token })

  it("the ETag of what was read is what a change names; its answer has the next one (API-4, KER-23)", async () => {
    const before = await read()
    const changed = await change(before.headers.get("etag")!)
    assert.strictEqual(changed.status, 200)
    assert.strictEqual(changed.json["version"], before.json["version"] + 1)
    assert.strictEqual(changed.headers.get("etag"), `"v${changed.json["version"]}"`)
    assert.strictEqual((await change(changed.headers.get("etag")!, { bio: "Newer" })).status, 200)
  })

  it("the version may stand inside of the answer: a course in its draft (API-4, KER-23)", async () => {
    const made = await ask(school, "POST", "/v1/courses", {
      token,
      body: { title: "Versions", category: "ai" }
    })
    assert.strictEqual(made.status, 201, made.text)
    const path = `/v1/courses/${made.json["id"]}`
    const draft = await ask(school, "GET", `${path}/draft`, { token })
    assert.match(draft.headers.get("etag") ?? "", /^"v1-[\w-]{27}"$/)
    const headers = { "if-match": draft.headers.get("etag")! }
    const changed = await ask(school, "PATCH", path, { token, body: { title: "More versions" }, headers })
    assert.deepStrictEqual([changed.status, changed.headers.get("etag")], [200, '"v2"'])
    assert.strictEqual(
      (await ask(school, "PATCH", path, { token, body: { title: "Stale" }, headers })).status,
      412
    )
    // Where a version is welcome but not asked for, a wrong one is refused all the same.
    assert.strictEqual((await ask(school, "DELETE", path, { token, headers })).status, 412)
    assert.strictEqual((await ask(school, "DELETE", path, { token })).status, 204)
  })

  it("the version alone will do, and so will what a compressing proxy makes of a tag (API-4)", async () => {
    const version = async () => (await read()).json["version"] as number
    assert.strictEqual((await change(`"v${await version()}"`, { bio: "a" })).status, 200)
    assert.strictEqual((await change(`W/"v${await version()}"`, { bio: "b" })).status, 200)
  })

  it("of two who change one version, one wins and the other is told (API-4, KER-23)", async () => {
    const etag = (await read()).headers.get("etag")!
    const statuses = await Promise.all([change(etag, { bio: "one" }), change(etag, { bio: "two" })])
    assert.sameMembers(
      statuses.map(({ status }) => status),
      [200, 412]
    )
  })

  it("without a version, or with any, it is 428 (API-4)", async () => {
    assert.strictEqual((await change(undefined)).status, 428)
    assert.strictEqual((await change("*")).status, 428)
  })

  it.each(["v1", '"1"', '"v1", "v2"', '"v-1"', '"v1.5"', '"v99999999999999999999"', "x".repeat(1000)])(
    "the version %s cannot be read (API-4)",
    async (ifMatch) => {
      const { json, status } = await change(ifMatch)
      assert.deepStrictEqual([status, json["code"]], [400, "http.malformed_header"])
    }
  )

  it("a version in the body is a wrong field (API-4, KER-14)", async () => {
    const { json, status } = await change('"v1"', { version: 1, bio: "x" })
    assert.strictEqual(status, 422)
    assert.deepStrictEqual(json["errors"], [{ path: ["version"], message: "is told by If-Match" }])
  })
})

describe("caching", () => {
  const etagOf = async (path: string, asking: Parameters<typeof ask>[3] = {}) =>
    (await ask(school, "GET", path, asking)).headers.get("etag")!

  it("a GET answers a strong tag, the same for the same answer (API-11)", async () => {
    assert.match(await etagOf("/v1/permissions"), /^"[\w-]{27}"$/)
    assert.strictEqual(await etagOf("/v1/permissions"), await etagOf("/v1/permissions"))
    assert.notStrictEqual(await etagOf("/v1/permissions"), await etagOf("/v1/roles"))
  })

  it("who has the answer already gets 304 without a body, with its tag (API-11)", async () => {
    const etag = await etagOf("/v1/permissions")
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const { headers, status, text } = await ask(school, "GET", "/v1/permissions", {
        headers: { "if-none-match": given }
      })
      assert.deepStrictEqual([status, text, headers.get("etag")], [304, "", etag])
      assert.isNull(headers.get("content-type"))
    }
    assert.strictEqual(
      (await ask(school, "GET", "/v1/permissions", { headers: { "if-none-match": '"other"' } })).status,
      200
    )
  })

  it("what everybody may see is public for a minute, to visitors; all else is private (API-11)", async () => {
    const cacheOf = async (path: string, asking: Parameters<typeof ask>[3] = {}) => {
      const { headers } = await ask(school, "GET", path, asking)
      return [headers.get("cache-control"), headers.get("vary")]
    }
    assert.deepStrictEqual(await cacheOf("/v1/permissions"), ["public, max-age=60", "Authorization"])
    assert.deepStrictEqual(await cacheOf("/v1/permissions", { token }), [
      "private, no-store",
      "Authorization"
    ])
    assert.deepStrictEqual(await cacheOf("/v1/me", { token }), ["private, no-store", null])
  })

  it("no answer of a command is kept (API-11)", async () => {
    const { headers } = await ask(school, "POST", "/v1/flags", { token, body: flag("not_kept") })
    assert.strictEqual(headers.get("cache-control"), "no-store")
  })

  it("HEAD answers what GET would, without the body (API-1)", async () => {
    const [got, asked] = [
      await ask(school, "GET", "/v1/permissions"),
      await ask(school, "HEAD", "/v1/permissions")
    ]
    assert.deepStrictEqual(
      [asked.status, asked.text, asked.headers.get("etag")],
      [200, "", got.headers.get("etag")]
    )
  })
})

describe("pages", () => {
  it("a Link leads from page to page, each item once, until there is none (API-4, KER-24)", async () => {
    const keys: Array<string> = []
    let path: string | undefined = "/v1/flags?limit=2"
    for (let pages = 0; path !== undefined; pages++) {
      assert.isBelow(pages, 50)
      const { headers, json } = await ask(school, "GET", path, { token })
      keys.push(...(json["items"] as ReadonlyArray<{ key: string }>).map(({ key }) => key))
      const link: string | undefined = /^<([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1]
      assert.strictEqual(link === undefined, json["next"] === undefined)
      path = link
    }
    assert.deepStrictEqual(keys, [...keys].sort())
    assert.strictEqual(new Set(keys).size, keys.length)
    assert.isAtLeast(keys.length, 6)
  })

  it.each([
    "%00",
    "x",
    "e30",
    "eyJsaXN0IjoiZmxhZ3MgYnkga2V5IiwiYWZ0ZXIiOlsxXX0",
    "eyJsaXN0IjoiZmxhZ3MgYnkga2V5IiwiYWZ0ZXIiOlsiXHUwMDAwIl19"
  ])("the cursor %s, made up by hand, is refused (KER-24)", async (cursor) =>
    assert.include([400, 422], (await ask(school, "GET", `/v1/flags?cursor=${cursor}`, { token })).status)
  )

  it("more than a hundred at once is too much (KER-24)", async () =>
    assert.strictEqual((await ask(school, "GET", "/v1/flags?limit=101", { token })).status, 422))
})

it("what is made is 201 with the place where it can be read (API-1)", async () => {
  const { headers, status } = await ask(school, "POST", "/v1/flags", { token, body: flag("placed_flag") })
  assert.deepStrictEqual([status, headers.get("location")], [201, "/v1/flags/placed_flag"])
  assert.strictEqual(
    (await ask(school, "GET", headers.get("location")!, { token })).json["key"],
    "placed_flag"
  )
})

it("what was there before is 200 (API-1)", async () => {
  const body = { id: "0193a5f0-7c00-7000-8000-0000000000c3", displayName: "Cem" }
  assert.strictEqual((await ask(school, "POST", "/v1/users", { token, body })).status, 201)
  assert.strictEqual((await ask(school, "POST", "/v1/users", { token, body })).status, 200)
})
