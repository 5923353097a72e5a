/** Who somebody is on the platform; nothing about XP, roles or tiers stands here (IDN-2). */
import { DateTime, Option, Schema } from "effect"
import { defineEvent } from "../../shared/event.ts"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { HttpsUrl, line, prose, Reason } from "../../shared/text.ts"
import { ChosenUsername, Email, TypedEmail, Username } from "../names.ts"
import { Link } from "./link.ts"

export const ProfileStatus = Schema.Literals(["active", "suspended", "deleted"]).annotate({
  identifier: "ProfileStatus"
})
export type ProfileStatus = typeof ProfileStatus.Type

/** A language, with a region where it matters: `en`, `fr-CA`. */
export const Locale = Schema.String.check(
  Schema.isPattern(/^[a-z]{2,3}(?:-[A-Z]{2})?$/u, { description: "a language like en or fr-CA" })
).annotate({ identifier: "Locale" })

/** An IANA time zone that the runtime knows: `Europe/Paris`. What a learner's day is counted by (KER-3). */
export const TimeZone = line(64)
  .check(
    Schema.isPattern(/^[A-Za-z]/u, { description: "the name of a time zone" }),
    Schema.makeFilter((name) =>
      Option.isSome(DateTime.zoneMakeNamed(name)) ? undefined : "is not a known time zone"
    )
  )
  .annotate({ identifier: "TimeZone" })

const card = {
  id: UserId,
  username: Username,
  displayName: line(80),
  bio: prose(500),
  avatarUrl: Schema.optionalKey(HttpsUrl),
  /** Whether everyone may see the profile (IDN-3). */
  isPublic: Schema.Boolean,
  status: ProfileStatus,
  createdAt: Instant,
  updatedAt: Instant,
  /** When the owner deleted it; present exactly while `deleted`. */
  deletedAt: Schema.optionalKey(Instant),
  version: Schema.Int.check(Schema.isGreaterThan(0))
}

export const Profile = Schema.Struct({
  ...card,
  email: Schema.optionalKey(Email),
  locale: Locale,
  /** Was known to the runtime when it was chosen. */
  timeZone: line(64),
  /** Of the last command, to five minutes. */
  lastSeenAt: Schema.optionalKey(Instant)
})
  .check(
    Schema.makeFilter(({ deletedAt, status }) =>
      (deletedAt !== undefined) === (status === "deleted")
        ? undefined
        : { path: ["deletedAt"], issue: "must agree with status" }
    )
  )
  .annotate({ identifier: "Profile" })
export type Profile = typeof Profile.Type

/** A profile as a viewer may see it: e-mail, locale, time zone and last_seen_at are left out for most (IDN-3). */
export const ProfileView = Schema.Struct({
  ...card,
  email: Schema.optionalKey(Email),
  locale: Schema.optionalKey(Locale),
  timeZone: Schema.optionalKey(line(64)),
  lastSeenAt: Schema.optionalKey(Instant),
  /** In their order; those that are not public are left out likewise. */
  links: Schema.Array(Link)
}).annotate({ identifier: "ProfileView" })
export type ProfileView = typeof ProfileView.Type

/** Who stands behind something public: of a deleted profile nothing but that it is one (IDN-7). */
export const NameCard = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("user"),
    id: UserId,
    username: Username,
    displayName: line(80),
    avatarUrl: Schema.optionalKey(HttpsUrl)
  }),
  Schema.Struct({
    kind: Schema.Literal("deleted_user"),
    id: UserId,
    displayName: Schema.Literal("deleted user")
  })
]).annotate({ identifier: "NameCard" })
export type NameCard = typeof NameCard.Type

const editable = {
  displayName: Schema.optionalKey(line(80)),
  bio: Schema.optionalKey(prose(500)),
  isPublic: Schema.optionalKey(Schema.Boolean),
  locale: Schema.optionalKey(Locale),
  timeZone: Schema.optionalKey(TimeZone)
}

/** A person who is made known before they come: the id is the one that their token will name. */
export const NewProfile = Schema.Struct({
  id: UserId,
  /** Absent: made from the e-mail address, the display name, or the id. */
  username: Schema.optionalKey(ChosenUsername),
  email: Schema.optionalKey(TypedEmail),
  ...editable,
  avatarUrl: Schema.optionalKey(HttpsUrl)
}).annotate({ identifier: "NewProfile" })
export type NewProfile = typeof NewProfile.Type

/** What the owner changes; what is not named stays. */
export const ProfileChange = Schema.Struct({
  /** The version that the change was made on (KER-23). */
  version: Schema.Int,
  username: Schema.optionalKey(ChosenUsername),
  ...editable,
  /** Empty: no picture. */
  avatarUrl: Schema.optionalKey(Schema.Union([HttpsUrl, Schema.Literal("")]))
}).annotate({ identifier: "ProfileChange" })
export type ProfileChange = typeof ProfileChange.Type

/** How a profile came to be (IDN-8). */
export const Origin = Schema.Literals(["first_command", "command", "import"])
export type Origin = typeof Origin.Type

const about = {
  key: ({ userId }: { readonly userId: UserId }) => `user:${userId}`,
  subjects: ({ userId }: { readonly userId: UserId }) => ({ userId })
}

// Events name what changed and not what it was: they outlive an erase (PRV-7).
export const ProfileCreated = defineEvent("identity.profile_created", {
  ...about,
  payload: Schema.Struct({ userId: UserId, origin: Origin })
})
export const ProfileUpdated = defineEvent("identity.profile_updated", {
  ...about,
  payload: Schema.Struct({ userId: UserId, version: Schema.Int, fields: Schema.Array(Schema.String) })
})
export const ProfileSuspended = defineEvent("identity.profile_suspended", {
  ...about,
  payload: Schema.Struct({ userId: UserId, reason: Reason })
})
export const SuspensionLifted = defineEvent("identity.suspension_lifted", {
  ...about,
  payload: Schema.Struct({ userId: UserId, reason: Reason })
})
export const ProfileDeletedByOwner = defineEvent("identity.profile_deleted", {
  ...about,
  payload: Schema.Struct({ userId: UserId, restorableUntil: Instant })
})
export const ProfileRestoredByOwner = defineEvent("identity.profile_restored", {
  ...about,
  payload: Schema.Struct({ userId: UserId })
})
