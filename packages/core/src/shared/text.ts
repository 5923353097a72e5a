/** Text as people type it, within bounds that every store can hold. */
import { Schema } from "effect"

/** PostgreSQL cannot store NUL, and a lone surrogate is not a character: refused here, so that no store meets them. */
export const isStorable = Schema.makeFilter<string>((text) =>
  text.includes("\0")
    ? "must not contain the NUL character"
    : text.isWellFormed()
      ? undefined
      : "must not contain half a surrogate pair"
)

const isOneLine = Schema.makeFilter<string>((text) =>
  /\p{Cc}/u.test(text)
    ? "must not contain control characters"
    : text.trim() === text
      ? undefined
      : "must not begin or end with a space"
)

const bounded = (minimum: number, maximum: number) => Schema.isBetweenCodePoints(minimum, maximum)

/** One line of 1 to `maximum` characters (code points), without control characters, not padded with spaces. */
export const line = (maximum: number) => Schema.String.check(isStorable, isOneLine, bounded(1, maximum))

/** Several lines of up to `maximum` characters; may be empty. Markdown where the field says so. */
export const prose = (maximum: number) => Schema.String.check(isStorable, bounded(0, maximum))

/** A name in an address: lower-case letters and digits in words joined by single hyphens, at most 100 characters. */
export const Slug = Schema.String.check(
  Schema.isPattern(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u, { description: "lower-case words joined by hyphens" }),
  bounded(1, 100)
).annotate({ identifier: "Slug" })

const isHttpsUrl = Schema.makeFilter<string>(
  (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    return url?.protocol === "https:" && url.username === "" && url.password === ""
      ? undefined
      : "must be an https:// address"
  },
  // For generated values alone: chance never hits upon an address.
  {
    arbitraryConstraint: {
      patterns: [{ source: "^https://[a-z]{1,12}\\.example(/[a-z0-9-]{1,9}){0,2}$", flags: "" }]
    }
  }
)

/** An https address of at most 2000 characters, without user name or password in it. Source: IDN-1. */
export const HttpsUrl = Schema.String.check(isStorable, bounded(1, 2000), isHttpsUrl).annotate({
  identifier: "HttpsUrl"
})

/** Why a person did something; kept in the audit trail. */
export const Reason = line(1000).annotate({ identifier: "Reason" })

/** A reason that a dangerous act asks for: 10 characters or more. Source: RBAC-2. */
export const SoundReason = Schema.String.check(isStorable, isOneLine, bounded(10, 1000)).annotate({
  identifier: "SoundReason"
})
