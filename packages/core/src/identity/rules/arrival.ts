/** What is made of a person of whom little is known. Source: IDN-8. */
import { Option, Schema } from "effect"
import type { UserId } from "../../shared/id.ts"
import { line } from "../../shared/text.ts"
import type { Claims } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import type { Instant } from "../../shared/instant.ts"
import { Locale, type NewProfile, type Profile, ProfileUpdated } from "../model/profile.ts"
import { isReserved, TypedEmail, Username } from "../names.ts"

/** The locale of profiles for which nobody said one. */
export const unsaidLocale = "en"

const longest = 30
const toUsername = Schema.decodeUnknownOption(Username)

/** The nearest name that is spelled like a username and not reserved; none for text without enough letters. */
const nearest = (text: string): Option.Option<Username> => {
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/gu, "-")
  const cut = words
    .replace(/^[-_]+/u, "")
    .slice(0, longest)
    .replace(/[-_]+$/u, "")
  return Option.filter(toUsername(cut), (username) => !isReserved(username))
}

/**
 * Names to try in turn: from the e-mail address before `@` (and before `+`), from the display name, from the end of the
 * id, and from more of it. The last cannot be taken by anybody else in practice.
 */
export const usernameCandidates = (given: {
  readonly id: UserId
  readonly email?: string | undefined
  readonly displayName?: string | undefined
}): ReadonlyArray<Username> => {
  const digits = given.id.replaceAll("-", "")
  const [local = ""] = (given.email ?? "").split(/[@+]/u)
  return [
    ...Option.toArray(nearest(local)),
    ...Option.toArray(nearest(given.displayName ?? "")),
    // The end of an id is random; version 7 begins with the time.
    Username.make(`user-${digits.slice(-8)}`),
    Username.make(`user-${digits.slice(-25)}`)
  ]
}

const asDisplayName = Schema.decodeUnknownOption(line(80))
const asEmail = Schema.decodeUnknownOption(TypedEmail)
const asLocale = Schema.decodeUnknownOption(Locale)

/** A name that a token gives, made fit to be shown; none if nothing is left of it. */
const cleaned = (text: string): Option.Option<string> => {
  const oneLine = text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
  return asDisplayName(Array.from(oneLine).slice(0, 80).join("").trim())
}

/** What a token says of its user, as far as it is well formed: the rest is not worth a refusal. */
export const fromClaims = (
  id: UserId,
  { displayName = "", email, locale }: typeof Claims.Type
): NewProfile => ({
  id,
  ...Option.match(asEmail(email), { onNone: () => ({}), onSome: (email) => ({ email }) }),
  ...Option.match(cleaned(displayName), { onNone: () => ({}), onSome: (displayName) => ({ displayName }) }),
  ...Option.match(asLocale(locale), { onNone: () => ({}), onSome: (locale) => ({ locale }) })
})

/**
 * A profile that others made, completed from the first token of its user: only what nobody said is filled, which is no
 * e-mail address, the username as display name, and the locale that stands where none was given. The version stays, or
 * an edit on the version that its owner read would be stale for ever: the refusal takes the filling back.
 */
export const completed = (profile: Profile, claimed: NewProfile, now: Instant): Decision<Profile> => {
  const { displayName, email, locale } = claimed
  const filled = {
    ...(displayName !== undefined &&
      profile.displayName === profile.username &&
      displayName !== profile.displayName && { displayName }),
    ...(email !== undefined && profile.email === undefined && { email }),
    ...(locale !== undefined && profile.locale === unsaidLocale && locale !== unsaidLocale && { locale })
  }
  const fields = Object.keys(filled)
  if (fields.length === 0) return { state: profile, events: [] }
  return {
    state: { ...profile, ...filled, updatedAt: now },
    events: [ProfileUpdated({ userId: profile.id, version: profile.version, fields })]
  }
}
