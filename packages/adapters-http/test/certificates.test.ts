/** The three forms of a certificate, as browsers and other programs get them. Source: CRT-5 to CRT-8. */
import { Background } from "@lyceum/core"
import { Certificates } from "@lyceum/core/certificates"
import { anAttempt, certified, gradedEvent, passed, stored } from "@lyceum/core/contract"
import { Users } from "@lyceum/core/identity"
import { CurrentActor, service, user } from "@lyceum/core/shared"
import { Outbox } from "@lyceum/core/shared/ports"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, ManagedRuntime, Redacted } from "effect"
import type { Hono } from "hono"
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from "jose"
import { hash } from "node:crypto"
import { gunzipSync } from "node:zlib"
import { afterAll, beforeAll } from "vitest"
import { certificatePage } from "../src/certificates/page.ts"
import { certificatePdf } from "../src/certificates/pdf.ts"
import { lyceumApp } from "../src/index.ts"
import { ask, defaultOptions, memoryServices } from "./school.ts"

const publicUrl = "https://school.example/learn"
const reason = "Somebody else sat the exam."
const unknown = "f".repeat(64)

const runtime = ManagedRuntime.make(memoryServices)
/** The services and ports of the store, whatever the application asks for of them. */
const run = <A, E>(effect: Effect.Effect<A, E, any>): Promise<A> =>
  runtime.runPromise(effect as Effect.Effect<A, E, never>)
const asService = Effect.provideService(CurrentActor, service("operator"))

const makeKey = async () => {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true })
  return exportJWK(privateKey)
}

let app: Hono
/** The learner's hash in each state. */
const hashes = { valid: "", revoked: "", superseded: "", named: "" }

beforeAll(async () => {
  const [current, former] = [await makeKey(), await makeKey()]
  const signingKey = Redacted.make(JSON.stringify({ keys: [current, former] }))
  app = await run(
    lyceumApp({ ...defaultOptions, certificates: { school: "Open School", publicUrl, signingKey } })
  )
  await run(
    Effect.gen(function* () {
      const certificates = yield* Certificates
      const users = yield* Users
      const good = yield* certified
      hashes.valid = good.certificate.verifyHash
      const bad = yield* certified
      yield* asService(certificates.revoke({ certificateId: bad.certificate.id, reason }))
      hashes.revoked = bad.certificate.verifyHash
      const old = yield* certified
      const better = yield* anAttempt(old.assessment, old.learner, { attemptNo: 2, score: 99 })
      yield* asService(certificates.issue({ attemptId: better.id }))
      hashes.superseded = old.certificate.verifyHash
      const odd = yield* certified
      const me = Effect.provideService(CurrentActor, user(odd.learner))
      const { version } = yield* me(users.myProfile({}))
      yield* me(users.updateProfile({ version, displayName: `<script>alert("Zoë & 'Łukasz'")</script>` }))
      const { id } = odd.certificate
      const mended = yield* asService(certificates.correct({ certificateId: id, reason: "Another name." }))
      hashes.named = mended.verifyHash
    })
  )
}, 60_000)
afterAll(() => runtime.dispose())

const page = (verifyHash: string, headers: Readonly<Record<string, string>> = {}) =>
  ask({ app }, "GET", `/certificates/${verifyHash}`, { headers })

describe("the page", () => {
  it("shows name, title, day and state of a valid one, and leads to the other forms (CRT-8)", async () => {
    const { headers, status, text, type } = await page(hashes.valid.toUpperCase())
    assert.deepStrictEqual([status, type], [200, "text/html; charset=utf-8"])
    for (const shown of ["Ada Lovelace", "A lesson", "Genuine and valid", "Open School", hashes.valid])
      assert.include(text, shown)
    for (const form of ["certificate.pdf", "credential.jwt"])
      assert.include(text, `href="${hashes.valid}/${form}"`)
    assert.strictEqual(headers.get("cache-control"), "private, no-store")
  })

  it("stays when it was revoked or superseded, and says so with the date or the new serial (CRT-5, CRT-7)", async () => {
    const revoked = await page(hashes.revoked)
    const today = DateTime.formatIsoDateUtc(await run(DateTime.now)).slice(0, 4)
    assert.strictEqual(revoked.status, 200)
    assert.match(revoked.text, new RegExp(`withdrew it on \\d{1,2} \\w+ ${today}`))
    assert.notInclude(revoked.text, "certificate.pdf")
    const superseded = await page(hashes.superseded)
    assert.match(superseded.text, /LYC-\d{4}-[0-9A-Z]{8}./)
    assert.include(superseded.text, "Replaced")
  })

  it("of an unknown one, or of what is no hash, is a 404 or a 422 that tells nothing (CRT-5)", async () => {
    for (const [verifyHash, expected] of [
      [unknown, 404],
      ["nothing", 422]
    ] as const) {
      const { status, text, type } = await page(verifyHash)
      assert.deepStrictEqual([status, type], [expected, "text/html; charset=utf-8"])
      assert.include(text, "Unknown certificate")
      assert.notInclude(text, verifyHash)
    }
  })

  it("speaks French to who asks for it (CRT-8)", async () => {
    const { headers, text } = await page(hashes.valid, { "accept-language": "fr-FR, en;q=0.5" })
    assert.include(text, "Authentique et valide")
    assert.include(text, '<html lang="fr">')
    assert.deepStrictEqual([headers.get("content-language"), headers.get("vary")], ["fr", "Accept-Language"])
  })

  it("runs no script and loads nothing: its policy allows one style, by its digest; names are text (CRT-8)", async () => {
    const { headers, text } = await page(hashes.named)
    const style = text.slice(text.indexOf("<style>") + 7, text.indexOf("</style>"))
    const policy = headers.get("content-security-policy") ?? ""
    assert.include(policy, "default-src 'none'")
    assert.include(policy, `style-src 'sha256-${hash("sha256", style, "base64")}'`)
    assert.notMatch(policy, /unsafe|https?:|script-src/)
    assert.notMatch(text, /<script|style="|\son\w+="/)
    assert.include(text, "&lt;script&gt;alert(&quot;Zoë &amp; &#39;Łukasz&#39;&quot;)&lt;/script&gt;")
  })

  it("says that somebody's data was erased where there is no name any more (CRT-4, CRT-5)", () => {
    const issuedAt = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
    const verification = { title: "Gradients", issuedAt, status: "valid" } as const
    const shown = { kind: "certificate", verification, verifyHash: unknown, links: {} } as const
    assert.include(certificatePage(shown, "Open School", "en"), "a holder whose data was erased")
  })

  it("is shown a hundred times an hour to one address, whoever signs in; then 429 with Retry-After (CRT-6)", async () => {
    const other = await run(
      lyceumApp({ ...defaultOptions, socketAddressOf: () => "198.51.100.9", certificates: { publicUrl } })
    )
    const statusOf = async (path: string) => (await ask({ app: other }, "GET", path)).status
    for (let call = 0; call < 50; call++) {
      assert.strictEqual(await statusOf(`/certificates/${hashes.valid}`), 200)
      assert.strictEqual(await statusOf(`/v1/certificate-verifications/${hashes.valid}`), 200)
    }
    const refused = await ask({ app: other }, "GET", `/certificates/${hashes.valid}`)
    assert.deepStrictEqual([refused.status, refused.type], [429, "text/html; charset=utf-8"])
    assert.include(refused.text, "Too many verifications")
    assert.isAbove(Number(refused.headers.get("retry-after")), 3000)
    const asked = await ask({ app: other }, "GET", `/v1/certificate-verifications/${hashes.valid}`)
    assert.deepStrictEqual([asked.status, asked.json["code"]], [429, "certificates.verification_limited"])
    assert.strictEqual(asked.headers.get("retry-after"), String(asked.json["data"].retryAfterSeconds))
    assert.strictEqual(await statusOf(`/certificates/${hashes.valid}/certificate.pdf`), 429)
    assert.strictEqual((await page(hashes.valid)).status, 200)
  })
})

describe("the PDF", () => {
  const pdf = (verifyHash: string) => app.request(`/certificates/${verifyHash}/certificate.pdf`)

  it("is the same file each time, and leads to the page (CRT-8, CRT-10)", async () => {
    const first = await pdf(hashes.valid)
    assert.strictEqual(first.headers.get("content-type"), "application/pdf")
    const [one, two] = [await first.arrayBuffer(), await (await pdf(hashes.valid)).arrayBuffer()]
    assert.strictEqual(Buffer.from(one).subarray(0, 5).toString(), "%PDF-")
    assert.isTrue(Buffer.from(one).equals(Buffer.from(two)))
    assert.isBelow(one.byteLength, 200_000)
  })

  it("is made of names of many alphabets; one that its fonts cannot write is left to the page (CRT-8)", async () => {
    assert.strictEqual((await pdf(hashes.named)).status, 200)
    const issuedAt = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
    const printed = { verifyHash: unknown, pageUrl: publicUrl, school: "Open School" }
    const made = ["Zoë Łukasiewicz-Ångström", "Ελένη Παπαδοπούλου", "محمد بن موسى", "שרה לוי", "李小龍"].map(
      (name) =>
        certificatePdf(
          {
            ...printed,
            verification: { recipientName: name, title: "Gradients", issuedAt, status: "valid" }
          },
          "en"
        )
    )
    assert.deepStrictEqual(
      (await Promise.all(made)).map((file) => file !== undefined),
      [true, true, true, true, false]
    )
  })

  it("is not made of what does not stand any more: its page says what became of it (CRT-7)", async () => {
    for (const verifyHash of [hashes.revoked, hashes.superseded]) {
      const { headers, status } = await pdf(verifyHash)
      assert.deepStrictEqual([status, headers.get("location")], [303, `../${verifyHash}`])
    }
    assert.strictEqual((await pdf(unknown)).status, 404)
  })
})

describe("the credential", () => {
  const text = async (path: string) => (await ask({ app }, "GET", path)).text
  const verified = async (token: string) => {
    const keySet = JSON.parse(await text("/.well-known/jwks.json"))
    return jwtVerify(token, createLocalJWKSet(keySet), { issuer: publicUrl, algorithms: ["EdDSA"] })
  }
  const statusOf = async (verifyHash: string) => {
    const { payload } = await verified(await text(`/certificates/${verifyHash}/credential.jwt`))
    const status = payload["credentialStatus"] as Record<string, string>
    const list = await verified(
      await text(new URL(status["statusListCredential"]!).pathname.replace("/learn", ""))
    )
    const { encodedList } = list.payload["credentialSubject"] as { readonly encodedList: string }
    const bits = gunzipSync(Buffer.from(encodedList.slice(1), "base64url"))
    assert.deepStrictEqual([encodedList[0], bits.length * 8], ["u", 131_072])
    const place = Number(status["statusListIndex"])
    return (bits[place >> 3]! >> (7 - (place & 7))) & 1
  }

  it("is an Open Badge signed by a key of the published set (CRT-8)", async () => {
    const { headers } = await ask({ app }, "GET", `/certificates/${hashes.valid}/credential.jwt`)
    assert.strictEqual(headers.get("content-type"), "application/vc+jwt")
    const { payload, protectedHeader } = await verified(
      await text(`/certificates/${hashes.valid}/credential.jwt`)
    )
    assert.strictEqual(protectedHeader.alg, "EdDSA")
    assert.match(protectedHeader.kid ?? "", /^https:\/\/school\.example\/learn\/\.well-known\/jwks\.json#/)
    const id = `${publicUrl}/certificates/${hashes.valid}`
    assert.deepInclude(payload, { id, jti: id, iss: publicUrl, name: "A lesson" })
    assert.includeMembers(payload["type"] as Array<string>, ["VerifiableCredential", "OpenBadgeCredential"])
    assert.deepStrictEqual(payload["issuer"], {
      id: publicUrl,
      type: ["Profile"],
      name: "Open School",
      url: publicUrl
    })
    const subject = payload["credentialSubject"] as Record<string, any>
    assert.deepStrictEqual(subject["identifier"], [
      { type: "IdentityObject", identityType: "name", hashed: false, identityHash: "Ada Lovelace" }
    ])
    assert.strictEqual(subject["achievement"].criteria.narrative, "Passed the examination of A lesson.")
    assert.isTrue(URL.canParse(subject["achievement"].id))
  })

  it("is the same one each time, and not another one that was tampered with (CRT-8)", async () => {
    const path = `/certificates/${hashes.valid}/credential.jwt`
    const token = await text(path)
    assert.strictEqual(await text(path), token)
    const [head, body, signature] = token.split(".")
    const changed = Buffer.from(body!, "base64url").toString().replace("Ada Lovelace", "Eve Lovelace")
    const forged = [head, Buffer.from(changed).toString("base64url"), signature].join(".")
    const refused = await verified(forged).then(
      () => "verified",
      () => "refused"
    )
    assert.strictEqual(refused, "refused")
  })

  it("of a revoked one is marked in the list that it names, of others it is not (CRT-7, CRT-8)", async () => {
    const bits = [hashes.valid, hashes.revoked, hashes.superseded].map(statusOf)
    assert.deepStrictEqual(await Promise.all(bits), [0, 1, 0])
  })

  it("the key set holds every key, and none that signs (CRT-8)", async () => {
    const { json } = await ask({ app }, "GET", "/.well-known/jwks.json")
    const keys = json["keys"] as ReadonlyArray<Record<string, string>>
    assert.strictEqual(keys.length, 2)
    for (const key of keys)
      assert.deepStrictEqual(Object.keys(key).sort(), ["alg", "crv", "kid", "kty", "use", "x"])
  })
})

describe("the platform as a whole", () => {
  it("follows grading by itself: a graded attempt has its certificate once events are handed on (CRT-1, ASM-18)", async () => {
    const certificates = await run(
      Effect.gen(function* () {
        const room = yield* passed
        const { append } = yield* Outbox
        yield* asService(stored(append([gradedEvent(room.attempt)])))
        yield* (yield* Background).settle
        const me = Effect.provideService(CurrentActor, user(room.learner))
        return yield* me(Certificates.use(({ list }) => list({})))
      })
    )
    assert.deepStrictEqual(
      certificates.items.map(({ recipientName, status }) => [recipientName, status]),
      [["Ada Lovelace", "valid"]]
    )
  })
})

describe("a deployment that has said nothing", () => {
  it("has the page, and signs and prints no address that a request made up (CRT-8)", async () => {
    const plain = await run(lyceumApp(defaultOptions))
    const { status, text } = await ask({ app: plain }, "GET", `/certificates/${hashes.valid}`, {
      headers: { host: "evil.example" }
    })
    assert.strictEqual(status, 200)
    assert.notInclude(text, "<nav>")
    for (const path of ["certificate.pdf", "credential.jwt"])
      assert.strictEqual(
        (await ask({ app: plain }, "GET", `/certificates/${hashes.valid}/${path}`)).status,
        404
      )
    assert.strictEqual((await ask({ app: plain }, "GET", "/.well-known/jwks.json")).status, 404)
  })

  it("starts with no key that cannot sign (CRT-8)", async () => {
    const { d: _, ...publicOnly } = await makeKey()
    for (const key of ["{}", "[]", "nonsense", JSON.stringify(publicOnly)]) {
      const certificates = { publicUrl, signingKey: Redacted.make(key) }
      const started = await run(Effect.exit(lyceumApp({ ...defaultOptions, certificates })))
      assert.strictEqual(started._tag, "Failure", key)
    }
  })
})
