/** The secrets that sign development tokens and credentials. Production brings its own and never sees these. */
import { Effect, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { generateKeyPairSync } from "node:crypto"
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Settings } from "./config.ts"

/** Makes the file whole or not at all; where two begin at once, the first decides for both. */
const writeOnce = (file: string, text: string): void => {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(draft)
  }
}

/** What was made once and kept beside the data. */
const kept = ({ dataDir }: Settings, name: string, make: () => string): Redacted.Redacted<string> => {
  const file = join(dataDir, name)
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    writeOnce(file, make())
  }
  return Redacted.make(readFileSync(file, "utf8").trim())
}

/** The configured secret; in development one that is made once and kept beside the data, for its owner's eyes only. */
export const tokenSecret = Effect.fnUntraced(function* (settings: Settings) {
  if (settings.jwtSecret !== undefined || settings.mode === "production") return settings.jwtSecret
  const random = yield* SecureRandom.SecureRandom
  const secret = Base64Url.encode(yield* random.randomBytes(32))
  return kept(settings, "token-secret", () => secret)
})

/** The configured key, or likewise one of development's own. Absent in production, no credentials are signed. */
export const certificateKey = (settings: Settings): Redacted.Redacted<string> | undefined => {
  if (settings.certificateKey !== undefined || settings.mode === "production") return settings.certificateKey
  return kept(settings, "certificate-key", () =>
    JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }))
  )
}
