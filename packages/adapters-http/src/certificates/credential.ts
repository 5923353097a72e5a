/** Certificates as Open Badges 3.0: credentials signed as JWTs, and the lists that say which are revoked. Source: CRT-8. */
import type { Credential } from "@lyceum/core/certificates"
import { DateTime, Redacted } from "effect"
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from "jose"
import { gzipSync } from "node:zlib"

/** Where a deployment's certificates are found, and who signs for them. */
export interface Issuer {
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly name: string
  readonly sign: (payload: Readonly<Record<string, unknown>>) => Promise<string>
  /** The public halves of all keys, the one that signs among them. */
  readonly keySet: { readonly keys: ReadonlyArray<JWK> }
}

export const pagePath = (verifyHash: string): string => `/certificates/${verifyHash}`
export const statusListPath = (list: number): string => `/certificates/status-lists/${list}`
export const keySetPath = "/.well-known/jwks.json"

const isEd25519 = (key: JWK): boolean =>
  key.kty === "OKP" && key.crv === "Ed25519" && typeof key.x === "string"

/** One key, or a set of them: the first one signs, the others are those of before, whose credentials are still about. */
const readKeys = (text: string): ReadonlyArray<JWK> => {
  const read = JSON.parse(text) as JWK | { readonly keys: ReadonlyArray<JWK> }
  const keys = "keys" in read && Array.isArray(read.keys) ? read.keys : [read as JWK]
  if (keys.length === 0 || typeof keys[0]!.d !== "string" || !keys.every(isEd25519))
    throw new Error("certificates are signed with Ed25519 keys as JWKs, the first of them a private one")
  return keys
}

/** The issuer of a deployment. Rejects keys that cannot sign, without showing them. */
export const issuerOf = async (given: {
  readonly publicUrl: string
  readonly name: string
  readonly key: Redacted.Redacted<string>
}): Promise<Issuer> => {
  const keys = readKeys(Redacted.value(given.key))
  const publicUrl = given.publicUrl.replace(/\/+$/, "")
  const published = await Promise.all(
    keys.map(async ({ crv, kty, x }) => {
      const bare = { kty, crv, x } as JWK
      const kid = `${publicUrl}${keySetPath}#${await calculateJwkThumbprint(bare)}`
      return { ...bare, kid, alg: "EdDSA", use: "sig" }
    })
  )
  const { kid } = published[0]!
  const privateKey = await importJWK(keys[0]!, "EdDSA")
  return {
    publicUrl,
    name: given.name,
    keySet: { keys: published },
    sign: (payload) =>
      new SignJWT(payload).setProtectedHeader({ alg: "EdDSA", typ: "JWT", kid }).sign(privateKey)
  }
}

const profileOf = ({ name, publicUrl }: Issuer) => ({
  id: publicUrl,
  type: ["Profile"],
  name,
  url: publicUrl
})
const secondsOf = (instant: DateTime.Utc): number => Math.floor(instant.epochMilliseconds / 1000)

/** Who it speaks of: by name as long as there is one, else as whoever the page is of. */
const subjectOf = (page: string, { recipientName, title }: Credential["verification"]) => ({
  id: `${page}#holder`,
  type: ["AchievementSubject"],
  ...(recipientName !== undefined && {
    identifier: [{ type: "IdentityObject", identityType: "name", hashed: false, identityHash: recipientName }]
  }),
  achievement: {
    id: `${page}#achievement`,
    type: ["Achievement"],
    achievementType: "Certificate",
    name: title,
    description: title,
    criteria: { id: page, narrative: `Passed the examination of ${title}.` }
  }
})

/** The signed credential: the same one whenever it is asked for. */
export const signedCredential = (
  issuer: Issuer,
  verifyHash: string,
  { statusIndex, statusList: list, verification }: Credential
): Promise<string> => {
  const page = issuer.publicUrl + pagePath(verifyHash)
  const statusList = issuer.publicUrl + statusListPath(list)
  const place = String(statusIndex)
  const credentialSubject = subjectOf(page, verification)
  return issuer.sign({
    "@context": [
      "https://www.w3.org/ns/credentials/v2",
      "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    ],
    id: page,
    type: ["VerifiableCredential", "OpenBadgeCredential"],
    issuer: profileOf(issuer),
    validFrom: DateTime.formatIso(verification.issuedAt),
    name: verification.title,
    credentialSubject,
    credentialStatus: {
      id: `${statusList}#${place}`,
      type: "BitstringStatusListEntry",
      statusPurpose: "revocation",
      statusListIndex: place,
      statusListCredential: statusList
    },
    iss: issuer.publicUrl,
    jti: page,
    sub: credentialSubject.id,
    nbf: secondsOf(verification.issuedAt)
  })
}

/** A bit for each place, the first one leftmost, zipped and in base64url, as the W3C's Bitstring Status List has it. */
export const encodedList = (length: number, revoked: ReadonlyArray<number>): string => {
  const bits = new Uint8Array(length / 8)
  for (const place of revoked) bits[place >> 3]! |= 0x80 >> (place & 7)
  return `u${gzipSync(bits).toString("base64url")}`
}

export const signedStatusList = (
  issuer: Issuer,
  list: number,
  {
    length,
    now,
    revoked
  }: { readonly length: number; readonly revoked: ReadonlyArray<number>; readonly now: DateTime.Utc }
): Promise<string> => {
  const id = issuer.publicUrl + statusListPath(list)
  return issuer.sign({
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    id,
    type: ["VerifiableCredential", "BitstringStatusListCredential"],
    issuer: issuer.publicUrl,
    validFrom: DateTime.formatIso(now),
    credentialSubject: {
      id: `${id}#list`,
      type: "BitstringStatusList",
      statusPurpose: "revocation",
      encodedList: encodedList(length, revoked)
    },
    iss: issuer.publicUrl,
    jti: id,
    sub: `${id}#list`,
    iat: secondsOf(now)
  })
}
