/** The secret that signs development tokens. Production brings its own and never sees this one. */
import { Effect, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Settings } from "./config.ts"

/** The configured secret; in development one that is made once and kept beside the data, for its owner's eyes only. */
export const tokenSecret = Effect.fnUntraced(function* (settings: Settings) {
  if (settings.jwtSecret !== undefined || settings.mode === "production") return settings.jwtSecret
  const file = join(settings.dataDir, "token-secret")
  if (!existsSync(file)) {
    const random = yield* SecureRandom.SecureRandom
    const secret = Base64Url.encode(yield* random.randomBytes(32))
    mkdirSync(settings.dataDir, { recursive: true })
    writeFileSync(file, secret, { mode: 0o600, flag: "wx" })
  }
  return Redacted.make(readFileSync(file, "utf8").trim())
})
