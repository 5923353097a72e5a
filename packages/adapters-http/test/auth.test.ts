/** Who is calling. Source: API-2, API-10. */
import { assert, describe, it } from "@effect/vitest"
import { memoryServices, type School } from "./school.ts"
import { Duration, Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { SignJWT } from "jose"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll } from "vitest"
import { lyceumApp } from "../src/index.ts"
import { ada, ask, audience, ben, defaultOptions, issuer, openSchool, secret, tokenFor } from "./school.ts"
import { ellipticToken, hostileTokens, jwks } from "./tokens.ts"

const tokens = { keys: { secret: Redacted.make(secret) }, issuer, audience }
const me = "/v1/me"

describe("tokens", () => {
  let school: School
  beforeAll(async () => {
    school = await openSchool()
  })
  afterAll(() => school.close())

  it("a user's token makes the user (API-2)", async () => {
    const { json, status } = await ask(school, "GET", me, { token: await tokenFor(ada) })
    assert.strictEqual(status, 200)
    assert.strictEqual(json["id"], ada)
  })

  it("the id of a user is lower case, however the token writes it (API-2)", async () => {
    const { json } = await ask(school, "GET", me, { token: await tokenFor(ada.toUpperCase()) })
    assert.strictEqual(json["id"], ada)
  })

  it("no token is a visitor, who may read what is open (API-2)", async () => {
    assert.strictEqual((await ask(school, "GET", "/v1/permissions")).status, 200)
    assert.strictEqual(
      (await ask(school, "PATCH", "/v1/me/settings", { body: {} })).json["code"],
      "kernel.sign_in_required"
    )
  })

  it("a token with the role anon is a visitor too (API-2)", async () => {
    const token = await tokenFor(ada, { role: "anon" })
    assert.strictEqual((await ask(school, "GET", "/v1/permissions", { token })).status, 200)
    assert.strictEqual((await ask(school, "PATCH", "/v1/me/settings", { body: {}, token })).status, 401)
  })

  it("a token of exactly 8 KB is looked at (API-2)", async () => {
    const short = (await tokenFor(ada, { filler: "" })).length
    // Base64 makes four characters of three: found by trying the lengths around it.
    const lengths = await Promise.all(
      Array.from({ length: 8 }, (_, extra) =>
        tokenFor(ada, { filler: "x".repeat(Math.floor(((8192 - short) * 3) / 4) - 4 + extra) })
      )
    )
    const longest = lengths.filter((token) => token.length <= 8192).at(-1)!
    assert.isAbove(longest.length, 8188)
    assert.strictEqual((await ask(school, "GET", me, { token: longest })).status, 200)
  })

  it.each(Object.keys(hostileTokens))("refuses %s, even where visitors may read (API-2)", async (name) => {
    const token = hostileTokens[name]!
    const { headers, json, status, type } = await ask(school, "GET", "/v1/permissions", { token })
    assert.strictEqual(status, 401)
    assert.match(type, /^application\/problem\+json/)
    assert.strictEqual(json["code"], "http.bad_token")
    assert.match(headers.get("www-authenticate") ?? "", /^Bearer .*error="invalid_token"$/)
    assert.strictEqual((await ask(school, "PATCH", me, { token, body: {} })).json["code"], "http.bad_token")
  })

  it("knows at least forty ways to attack", () => assert.isAtLeast(Object.keys(hostileTokens).length, 40))

  it.each(["Basic YWRhOmFkYQ==", "Bearer", "Bearer ", "Token x", "Bearer a b", "bearer\ta.b.c"])(
    "refuses the authorization %j (API-2)",
    async (authorization) =>
      assert.strictEqual(
        (await ask(school, "GET", "/v1/permissions", { headers: { authorization } })).status,
        401
      )
  )

  it("a token in the address is nobody's (API-2)", async () => {
    const token = await tokenFor(ada)
    const { json } = await ask(school, "GET", `${me}?access_token=${token}`)
    assert.strictEqual(json["code"], "kernel.invalid")
  })

  it("an API key makes a service that may do what the key is made for, and nothing else (API-10)", async () => {
    const token = school.flagsKey
    assert.strictEqual((await ask(school, "GET", "/v1/flags", { token })).status, 200)
    const { json, status } = await ask(school, "GET", "/v1/jobs", { token })
    assert.strictEqual(status, 403)
    assert.strictEqual(json["code"], "http.out_of_scope")
    assert.deepStrictEqual(json["data"], { operation: "jobs.list" })
  })

  it("a revoked API key is refused at once (API-10)", async () => {
    const token = await tokenFor(ada)
    const made = await ask(school, "POST", "/v1/api-keys", {
      token,
      body: { name: "soon gone", scopes: ["flags.*"] }
    })
    assert.strictEqual(made.status, 201)
    const key = made.json["secret"] as string
    assert.strictEqual((await ask(school, "GET", "/v1/flags", { token: key })).status, 200)
    await ask(school, "POST", `/v1/api-keys/${made.json["key"].id}/revocation`, { token })
    assert.strictEqual((await ask(school, "GET", "/v1/flags", { token: key })).status, 401)
  })

  it("a user's token never becomes a service, whatever it claims (API-10)", async () => {
    const token = await tokenFor(ben, {
      name: "billing",
      service: "billing",
      app_metadata: { role: "service_role" }
    })
    assert.strictEqual(
      (await ask(school, "POST", "/v1/entitlements/sweeps", { token, body: {} })).status,
      403
    )
  })
})

describe("tokens and time", () => {
  const start = Date.UTC(2026, 0, 5, 9)
  const tokenUntil = (millis: number) =>
    Effect.promise(() =>
      new SignJWT({ role: "authenticated" })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(ada)
        .setIssuer(issuer)
        .setAudience(audience)
        .setExpirationTime(new Date(millis))
        .sign(new TextEncoder().encode(secret))
    )
  const statusAt = Effect.fnUntraced(function* (sinceStart: ReadonlyArray<number>) {
    yield* TestClock.setTime(start)
    const app = yield* lyceumApp(defaultOptions)
    const token = yield* tokenUntil(start + 60_000)
    const statuses: Array<number> = []
    for (const millis of sinceStart) {
      yield* TestClock.setTime(start + millis)
      const { status } = yield* Effect.promise(() => ask({ app }, "GET", "/v1/permissions", { token }))
      statuses.push(status)
    }
    return statuses
  }, Effect.provide(memoryServices))

  it.effect("a token is good for five seconds after its expiry, and not at the fifth (API-2)", () =>
    Effect.map(statusAt([64_999, 65_000]), (statuses) => assert.deepStrictEqual(statuses, [200, 401]))
  )

  it.effect("a token that was verified before expires all the same (API-2)", () =>
    Effect.map(statusAt([0, 59_999, 64_999, 65_000, Duration.toMillis("1 day")]), (statuses) =>
      assert.deepStrictEqual(statuses, [200, 200, 200, 401, 401])
    )
  )
})

describe("keys of an identity provider", () => {
  const statusWith = async (given: Parameters<typeof openSchool>[0], token: string) => {
    const school = await openSchool(given)
    const { json, status } = await ask(school, "GET", "/v1/permissions", { token })
    await school.close()
    return { status, code: json["code"] as string | undefined }
  }
  const local = { authentication: { tokens: { keys: { jwks }, issuer, audience } } }

  it("a set of keys verifies by the key that is named (API-2)", async () => {
    assert.strictEqual((await statusWith(local, await ellipticToken())).status, 200)
    assert.strictEqual((await statusWith(local, await ellipticToken({ kid: "two" }))).status, 401)
  })

  it("a public key is not taken for a secret (API-2)", async () => {
    const confused = await new SignJWT({ sub: ada, role: "authenticated", iss: issuer, aud: audience })
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(JSON.stringify(jwks.keys[0])))
    assert.strictEqual((await statusWith(local, confused)).status, 401)
  })

  it("an algorithm that is not pinned is refused, though its key is in the set (API-2)", async () => {
    const pinned = {
      authentication: { tokens: { keys: { jwks, algorithms: ["RS256"] as const }, issuer, audience } }
    }
    assert.strictEqual((await statusWith(pinned, await ellipticToken())).status, 401)
  })

  describe("fetched", () => {
    let server: Server
    let fetched = 0
    let answer = 200
    beforeAll(
      () =>
        new Promise<void>((resolve) => {
          server = createServer((_, response) => {
            fetched += 1
            response.writeHead(answer, { "content-type": "application/json" }).end(JSON.stringify(jwks))
          }).listen(0, "127.0.0.1", resolve)
        })
    )
    afterAll(() => new Promise((resolve) => server.close(resolve)))
    const remote = () => ({
      authentication: {
        tokens: {
          keys: { jwks: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) },
          issuer,
          audience
        }
      }
    })

    it("a set behind an address is fetched once for many tokens (API-2)", async () => {
      const school = await openSchool(remote())
      fetched = 0
      for (let i = 0; i < 5; i++) {
        assert.strictEqual(
          (await ask(school, "GET", "/v1/permissions", { token: await ellipticToken() })).status,
          200
        )
      }
      assert.strictEqual(
        (await ask(school, "GET", "/v1/permissions", { token: await ellipticToken({ kid: "x" }) })).status,
        401
      )
      assert.strictEqual(fetched, 1)
      await school.close()
    })

    it("a set that cannot be fetched is 503, for nobody knows whether the token is good (API-2)", async () => {
      answer = 500
      assert.deepStrictEqual(await statusWith(remote(), await ellipticToken()), {
        status: 503,
        code: "kernel.unavailable"
      })
      const nowhere = {
        authentication: { tokens: { keys: { jwks: new URL("http://127.0.0.1:1/") }, issuer, audience } }
      }
      assert.strictEqual((await statusWith(nowhere, await ellipticToken())).status, 503)
      answer = 200
    })
  })
})

describe("what cannot work is told at the start", () => {
  const diesOf = (authentication: unknown) =>
    openSchool({ authentication: authentication as never }).then(
      () => "opened",
      (error: unknown) => String(error)
    )

  it("a short secret (API-2)", async () =>
    assert.match(
      await diesOf({ tokens: { ...tokens, keys: { secret: Redacted.make("short") } } }),
      /32 bytes/
    ))

  it("tokens without issuer or audience, unless it is for development (API-2)", async () => {
    assert.match(await diesOf({ tokens: { keys: tokens.keys } }), /issuer/)
    assert.match(await diesOf({ tokens: { keys: tokens.keys, issuer } }), /issuer/)
    const school = await openSchool({ authentication: { tokens: { keys: tokens.keys, development: true } } })
    const token = await tokenFor(ada, { iss: "https://anywhere.example", aud: "anybody" })
    assert.strictEqual((await ask(school, "GET", me, { token })).status, 200)
    await school.close()
  })
})
