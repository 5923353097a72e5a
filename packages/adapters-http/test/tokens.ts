/** Tokens as attackers send them, each by what is wrong with it. */
import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose"
import { ada, audience, issuer, secret, tokenFor } from "./school.ts"

const text = (value: unknown) => base64url.encode(JSON.stringify(value))
const now = () => Math.floor(performance.timeOrigin / 1000)
const claims = () => ({ sub: ada, role: "authenticated", iss: issuer, aud: audience, exp: now() + 3600 })
const key = new TextEncoder().encode(secret)

/** Signed with the right secret, whatever the payload and the header say. */
const signed = (payload: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: "HS256", ...header }).sign(key)

/** Of our claims with some of them changed; undefined leaves one out. */
const claiming = (changed: Record<string, unknown>, header?: Record<string, unknown>) =>
  signed(JSON.parse(JSON.stringify({ ...claims(), ...changed })) as Record<string, unknown>, header)

/** HMAC over any bytes at all, where the library would refuse to make them. */
const forged = async (header: string, payload: string): Promise<string> => {
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  const signature = await crypto.subtle.sign("HMAC", hmac, new TextEncoder().encode(`${header}.${payload}`))
  return `${header}.${payload}.${base64url.encode(new Uint8Array(signature))}`
}

const elliptic = await generateKeyPair("ES256", { extractable: true })
const rsa = await generateKeyPair("RS256", { extractable: true })
const publicJwk = await exportJWK(elliptic.publicKey)

/** The set of keys of an identity provider whose private keys these tests hold. */
export const jwks = { keys: [{ ...publicJwk, kid: "one", alg: "ES256", use: "sig" }] }
export const ellipticToken = (header: Record<string, unknown> = { kid: "one" }) =>
  new SignJWT(claims()).setProtectedHeader({ alg: "ES256", ...header }).sign(elliptic.privateKey)

const good = await tokenFor(ada)
const [head, body, signature] = good.split(".") as [string, string, string]
const none = new UnsecuredJWT(claims()).encode()

export const hostileTokens: Readonly<Record<string, string>> = {
  "no algorithm": none,
  "no algorithm, in capitals": `${text({ alg: "NONE" })}.${body}.`,
  "no algorithm, in mixed case": `${text({ alg: "nOnE" })}.${body}.`,
  "no algorithm, with a signature": `${text({ alg: "none" })}.${body}.${signature}`,
  "no alg at all": await forged(text({ typ: "JWT" }), body),
  "an algorithm that is not text": await forged(text({ alg: ["HS256"] }), body),
  "another secret": await tokenFor(ada, {}, "a secret of somebody else, and long enough for HMAC"),
  "HS384 with the right secret": await new SignJWT(claims())
    .setProtectedHeader({ alg: "HS384" })
    .sign(new Uint8Array([...key, ...key])),
  "HS512 with the right secret": await new SignJWT(claims())
    .setProtectedHeader({ alg: "HS512" })
    .sign(new Uint8Array([...key, ...key])),
  "RS256 by a key of the attacker": await new SignJWT(claims())
    .setProtectedHeader({ alg: "RS256" })
    .sign(rsa.privateKey),
  "ES256 by a key of the attacker": await ellipticToken({}),
  "a key of the attacker in the header": await ellipticToken({ jwk: publicJwk }),
  "a header of RS256 over an HMAC": await forged(text({ alg: "RS256" }), body),
  "a key set of the attacker's address": await ellipticToken({
    jku: "https://evil.example/jwks.json",
    kid: "one"
  }),
  "a certificate of the attacker's address": await ellipticToken({ x5u: "https://evil.example/cert.pem" }),
  "a kid that walks through folders": await new SignJWT(claims())
    .setProtectedHeader({ alg: "HS256", kid: "../../../../dev/null" })
    .sign(new Uint8Array(32)),
  "a kid that is SQL": await new SignJWT(claims())
    .setProtectedHeader({ alg: "HS256", kid: "x' union select 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })
    .sign(new TextEncoder().encode("A".repeat(32))),
  "the empty secret": await new SignJWT(claims())
    .setProtectedHeader({ alg: "HS256" })
    .sign(new Uint8Array(32)),
  "a critical header that nobody knows": await forged(
    text({ alg: "HS256", crit: ["admin"], admin: true }),
    body
  ),
  "an unencoded payload": await forged(text({ alg: "HS256", b64: false, crit: ["b64"] }), body),
  "no expiry": await claiming({ exp: undefined }),
  "an expiry that is text": await claiming({ exp: "9999999999" }),
  "an expiry that is null": await claiming({ exp: null }),
  "an expiry long ago": await claiming({ exp: 1_000_000_000 }),
  "an expiry six seconds ago": await claiming({ exp: Math.floor(Date.now() / 1000) - 6 }),
  "a beginning in the future": await claiming({ nbf: now() + 86_400 }),
  "a beginning that is text": await claiming({ nbf: "0" }),
  "another audience": await claiming({ aud: "somebody-else" }),
  "no audience": await claiming({ aud: undefined }),
  "several audiences, none of them ours": await claiming({ aud: ["a", "b"] }),
  "another issuer": await claiming({ iss: "https://evil.example" }),
  "an issuer with a slash too many": await claiming({ iss: `${issuer}/` }),
  "no issuer": await claiming({ iss: undefined }),
  "no subject": await claiming({ sub: undefined }),
  "an empty subject": await claiming({ sub: "" }),
  "a subject that is a number": await claiming({ sub: 1 }),
  "a subject that is no UUID": await claiming({ sub: "admin" }),
  "a subject with a line break": await claiming({ sub: `${ada}\n` }),
  "a subject in braces": await claiming({ sub: `{${ada}}` }),
  "the role of the service": await claiming({ role: "service_role" }),
  "the role of an admin": await claiming({ role: "admin" }),
  "the role of the database's owner": await claiming({ role: "postgres" }),
  "a role in capitals": await claiming({ role: "AUTHENTICATED" }),
  "several roles": await claiming({ role: ["authenticated", "service_role"] }),
  "no role": await claiming({ role: undefined }),
  "a payload that was changed": `${head}.${text({ ...claims(), sub: "0193a5f0-7c00-7000-8000-0000000000ff" })}.${signature}`,
  "a header that was changed": `${text({ alg: "HS256", typ: "JWT" })}.${body}.${signature}`,
  "no signature": `${head}.${body}.`,
  "half a signature": `${head}.${body}.${signature.slice(0, 20)}`,
  "the signature of another token": `${head}.${body}.${(await tokenFor("0193a5f0-7c00-7000-8000-0000000000ff")).split(".")[2]}`,
  "two parts": `${head}.${body}`,
  "four parts": `${good}.${signature}`,
  "five parts, as encrypted ones have": `${head}.${body}.${signature}.${body}.${head}`,
  "empty parts": "..",
  "a payload that is not JSON": await forged(head, base64url.encode("role=authenticated")),
  "a payload that is a list": await forged(head, text([claims()])),
  "a payload that is null": await forged(head, text(null)),
  "a header that is not JSON": await forged(base64url.encode("{"), body),
  "more than 8 KB": await claiming({ filler: "x".repeat(8192) }),
  "a megabyte": `${head}.${"A".repeat(1_048_576)}.${signature}`,
  "the word null": "null",
  "a key that was never made": `lyc_${"A".repeat(43)}`,
  "a key that is too short": "lyc_A",
  "a key that is a pattern": "lyc_%"
}
