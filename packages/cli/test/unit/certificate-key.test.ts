import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { settingsFrom } from "../../src/config.ts"
import { certificateKey } from "../../src/secret.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-key-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)
const key = JSON.stringify({ kty: "OKP", crv: "Ed25519", x: "public", d: "private" })
const production = {
  LYCEUM_MODE: "production",
  LYCEUM_JWT_SECRET: "a secret of thirty-two characters",
  LYCEUM_JWT_ISSUER: "https://id.school.example",
  LYCEUM_JWT_AUDIENCE: "lyceum",
  DATABASE_URL: "postgres://lyceum@db.school.example/lyceum"
}

describe("the key of certificates", () => {
  it.effect("is made once in development, for its owner alone (CRT-8, CLI-3)", () =>
    Effect.gen(function* () {
      const settings = yield* settingsFrom({ LYCEUM_DATA_DIR: join(yield* folder, "data") })
      const [first, second] = [certificateKey(settings), certificateKey(settings)]
      assert.deepInclude(JSON.parse(Redacted.value(first!)), { kty: "OKP", crv: "Ed25519" })
      assert.strictEqual(Redacted.value(first!), Redacted.value(second!))
      assert.strictEqual(statSync(join(settings.dataDir, "certificate-key")).mode & 0o777, 0o600)
    }).pipe(Effect.scoped)
  )

  it.effect("is what was configured, and in production nothing else (CRT-8, CLI-3)", () =>
    Effect.gen(function* () {
      assert.isUndefined(certificateKey(yield* settingsFrom(production)))
      for (const given of [key, JSON.stringify({ keys: [JSON.parse(key)] })]) {
        const settings = yield* settingsFrom({ ...production, LYCEUM_CERTIFICATE_KEY: given })
        assert.strictEqual(Redacted.value(certificateKey(settings)!), given)
        assert.notInclude(JSON.stringify(settings), "private")
      }
    })
  )

  it.effect("is told to be none without showing it, and a public address has to be one (CRT-8, CLI-3)", () =>
    Effect.gen(function* () {
      for (const wrong of ["hunter2", "{}", "null", key.replace(',"d":"private"', "")]) {
        const { message } = yield* Effect.flip(settingsFrom({ LYCEUM_CERTIFICATE_KEY: wrong }))
        assert.include(message, "LYCEUM_CERTIFICATE_KEY: is no Ed25519 private key as JWK")
        assert.notInclude(message, "hunter2")
      }
      const { message } = yield* Effect.flip(settingsFrom({ LYCEUM_PUBLIC_URL: "school.example" }))
      assert.include(message, "LYCEUM_PUBLIC_URL")
    })
  )

  it.effect(
    "points where development listens, and in production nowhere until it is said (CRT-8, CLI-3)",
    () =>
      Effect.gen(function* () {
        const of = (variables: Readonly<Record<string, string>>) =>
          Effect.map(settingsFrom(variables), ({ publicUrl }) => publicUrl)
        assert.strictEqual(yield* of({ PORT: "4000" }), "http://127.0.0.1:4000")
        assert.isUndefined(yield* of({ PORT: "0" }))
        assert.isUndefined(yield* of(production))
        const LYCEUM_PUBLIC_URL = "https://school.example/learn"
        assert.strictEqual(yield* of({ ...production, LYCEUM_PUBLIC_URL }), LYCEUM_PUBLIC_URL)
      })
  )
})
