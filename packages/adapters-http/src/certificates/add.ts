/** Certificates for people and for other programs: page, PDF, signed credential, the list of the revoked, and the keys. Source: CRT-8. */
import { type Credential, operations, type Verification } from "@lyceum/core/certificates"
import { anonymous, currentInstant, type Operation, refusalSchema } from "@lyceum/core/shared"
import { Effect, Option, Schema } from "effect"
import type { Hono } from "hono"
import type { Lookup } from "../app.ts"
import { type Edge, type Exchange, responder } from "../edge.ts"
import { byAddress, provided, tellFailure } from "../handler.ts"
import type { CertificateOptions } from "../options.ts"
import type { Answer } from "../problem.ts"
import { certificateRoutes } from "../routes/certificates.ts"
import { type Issuer, issuerOf, keySetPath, signedCredential, signedStatusList } from "./credential.ts"
import { certificatePage, pagePolicy, type Shown } from "./page.ts"
import { certificatePdf } from "./pdf.ts"

const defaultSchool = "Lyceum"
/** Programs of other origins may read it. */
const forPrograms = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" }
const notKept = { "cache-control": "private, no-store" }
const jwtType = "application/vc+jwt"

/** Who signs, where the deployment says it. Dies of a key that cannot. */
const issuerFrom = ({ publicUrl, school = defaultSchool, signingKey }: CertificateOptions) =>
  publicUrl === undefined || signingKey === undefined
    ? Effect.undefined
    : Effect.promise(() => issuerOf({ publicUrl, name: school, key: signingKey }))

/** Asks a use case as a visitor, counted by address, and answers by what came of it. */
const askingBy =
  (edge: Edge, lookup: Lookup) =>
  <Output>(
    operation: Operation,
    refusedAs: (told: Answer, exchange: Exchange) => Answer = (told) => told
  ) => {
    const use = lookup(certificateRoutes.routes.find((one) => one.operation === operation)!)
    const encode = Schema.encodeSync(Schema.toCodecJson(refusalSchema(operation))) as (
      refusal: unknown
    ) => Readonly<Record<string, unknown>>
    return (
      exchange: Exchange,
      input: unknown,
      answer: (output: Output) => Effect.Effect<Answer>
    ): Effect.Effect<Answer> =>
      Effect.gen(function* () {
        const client = yield* edge.origin(exchange.c)
        const countedAs = byAddress(client)
        exchange.headers = yield* edge.charge({ countedAs, anonymous: true, writes: false })
        const asked = provided(use(input), { actor: anonymous, client, key: Option.none() })
        return yield* answer((yield* asked) as Output)
      }).pipe(
        Effect.catchCause((cause) =>
          Effect.map(tellFailure(cause, exchange, encode), (told) => refusedAs(told, exchange))
        )
      )
  }

const htmlOf = (exchange: Exchange, shown: Shown, school: string) => ({
  body: certificatePage(shown, school, exchange.scope.language),
  headers: {
    ...notKept,
    "content-type": "text/html; charset=utf-8",
    "content-language": exchange.scope.language,
    "content-security-policy": pagePolicy,
    vary: "Accept-Language"
  }
})

/** What a page shows in place of a certificate, by the status of the refusal. */
const kindOf = (status: number): Exclude<Shown["kind"], "certificate"> =>
  status === 404 || status === 422 ? "unknown" : status === 429 ? "limited" : "unavailable"

interface Deployment {
  readonly school: string
  readonly publicUrl: string | undefined
  readonly issuer: Issuer | undefined
}

const hashOf = ({ c }: Exchange): string => c.req.param("hash")!
const spelled = (exchange: Exchange): string => hashOf(exchange).toLowerCase()

const pageAnswer = (ask: ReturnType<typeof askingBy>, { issuer, publicUrl, school }: Deployment) => {
  const verify = ask<Verification>(operations.verify, ({ headers, status }, exchange) => {
    const { "retry-after": retryAfter } = headers
    const page = htmlOf(exchange, { kind: kindOf(status) }, school)
    const again = retryAfter === undefined ? {} : { "retry-after": retryAfter }
    return { status, body: page.body, headers: { ...page.headers, ...again } }
  })
  return (exchange: Exchange) =>
    verify(exchange, { hash: hashOf(exchange) }, (verification) => {
      const verifyHash = spelled(exchange)
      const links = {
        ...(publicUrl !== undefined && { pdf: `${verifyHash}/certificate.pdf` }),
        ...(issuer !== undefined && { credential: `${verifyHash}/credential.jwt` })
      }
      const shown = { kind: "certificate", verification, verifyHash, links } as const
      return Effect.succeed({ status: 200, ...htmlOf(exchange, shown, school) })
    })
}

const pdfAnswer = (ask: ReturnType<typeof askingBy>, publicUrl: string, school: string) => {
  const verify = ask<Verification>(operations.verify)
  const toPage = (verifyHash: string): Answer => ({
    status: 303,
    body: null,
    headers: { ...notKept, location: `../${verifyHash}` }
  })
  return (exchange: Exchange) =>
    verify(exchange, { hash: hashOf(exchange) }, (verification) => {
      const verifyHash = spelled(exchange)
      // What does not stand any more is not printed as if it did: its page says what became of it.
      if (verification.status !== "valid") return Effect.succeed(toPage(verifyHash))
      const pageUrl = `${publicUrl}/certificates/${verifyHash}`
      const { language } = exchange.scope
      return Effect.map(
        Effect.promise(() => certificatePdf({ verification, verifyHash, pageUrl, school }, language)),
        (body): Answer =>
          // What we have no letters for, the browser of who prints the page has.
          body === undefined
            ? toPage(verifyHash)
            : {
                status: 200,
                body,
                headers: {
                  ...notKept,
                  "content-type": "application/pdf",
                  "content-disposition": `inline; filename="certificate-${verifyHash.slice(0, 8)}.pdf"`
                }
              }
      )
    })
}

const jwt = (body: string, cacheControl: string): Answer => ({
  status: 200,
  body,
  headers: { ...forPrograms, "content-type": jwtType, "cache-control": cacheControl }
})

const credentialAnswer = (ask: ReturnType<typeof askingBy>, issuer: Issuer) => {
  const read = ask<Credential>(operations.credential)
  return (exchange: Exchange) =>
    read(exchange, { hash: hashOf(exchange) }, (credential) =>
      Effect.map(
        Effect.promise(() => signedCredential(issuer, spelled(exchange), credential)),
        (signed) => jwt(signed, "private, no-store")
      )
    )
}

const statusListAnswer = (ask: ReturnType<typeof askingBy>, issuer: Issuer) => {
  const read = ask<{ readonly length: number; readonly revoked: ReadonlyArray<number> }>(
    operations.statusList
  )
  return (exchange: Exchange) => {
    const list = Number(exchange.c.req.param("list"))
    return read(exchange, { list }, (told) =>
      Effect.map(
        Effect.flatMap(currentInstant, (now) =>
          Effect.promise(() => signedStatusList(issuer, list, { ...told, now }))
        ),
        // Who has just been revoked shows within a minute.
        (signed) => jwt(signed, "public, max-age=60")
      )
    )
  }
}

/** Adds `/certificates/…` and the key set. Dies of a signing key that cannot sign. */
export const addCertificates = Effect.fnUntraced(function* (app: Hono, edge: Edge, lookup: Lookup) {
  const options = edge.options.certificates ?? {}
  const school = options.school ?? defaultSchool
  const publicUrl = options.publicUrl?.replace(/\/+$/, "")
  const issuer = yield* issuerFrom(options)
  const ask = askingBy(edge, lookup)
  const add = (path: string, name: string, answer: (exchange: Exchange) => Effect.Effect<Answer>) => {
    const respond = responder(edge, name)
    app.get(path, (c) => respond(c, answer))
  }
  add("/certificates/:hash", "certificates.page", pageAnswer(ask, { school, publicUrl, issuer }))
  if (publicUrl !== undefined)
    add("/certificates/:hash/certificate.pdf", "certificates.pdf", pdfAnswer(ask, publicUrl, school))
  if (issuer === undefined) return
  const keySet = JSON.stringify(issuer.keySet)
  add("/certificates/:hash/credential.jwt", "certificates.credential", credentialAnswer(ask, issuer))
  add(
    "/certificates/status-lists/:list{[0-9]{1,6}}",
    "certificates.status_list",
    statusListAnswer(ask, issuer)
  )
  add(keySetPath, "certificates.key_set", () =>
    Effect.succeed({
      status: 200,
      body: keySet,
      headers: {
        ...forPrograms,
        "content-type": "application/jwk-set+json",
        "cache-control": "public, max-age=3600"
      }
    })
  )
})
