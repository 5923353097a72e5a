/** The secret that signs development tokens. Production brings its own and never sees this one. */
import { Effect, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
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

/** The configured secret; in development one that is made once and kept beside the data, for its owner's eyes only. */
export const tokenSecret = Effect.fnUntraced(function* (settings: Settings) {
  if (settings.jwtSecret !== undefined || settings.mode === "production") return settings.jwtSecret
  const file = join(settings.dataDir, "token-secret")
  if (!existsSync(file)) {
    const random = yield* SecureRandom.SecureRandom
    const secret = Base64Url.encode(yield* random.randomBytes(32))
    mkdirSync(settings.dataDir, { recursive: true })
    writeOnce(file, secret)
  }
  return Redacted.make(readFileSync(file, "utf8").trim())
})
