/** The verbs of profiles: pure, total, clockless. */
import { DateTime, Duration, Equal, Result } from "effect"
import { may, type Standing, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { StaleVersion } from "../../shared/errors.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { ProfileDeleted, ProfileNotFound, RestorePeriodPassed, StatusNotAllowed } from "../errors.ts"
import { type Link, LinksChanged } from "../model/link.ts"
import {
  type NameCard,
  type NewProfile,
  type Origin,
  type Profile,
  type ProfileChange,
  ProfileCreated,
  ProfileDeletedByOwner,
  ProfileRestoredByOwner,
  type ProfileStatus,
  ProfileSuspended,
  ProfileUpdated,
  type ProfileView,
  SuspensionLifted
} from "../model/profile.ts"
import { unsaidLocale } from "./arrival.ts"

/** How long a deleted profile can be restored. Source: IDN-7. */
const restorePeriod = Duration.days(30)
/** How far behind `lastSeenAt` may be. */
const seenPrecision = Duration.minutes(5)

/** Where each status may go. */
export const transitions: { readonly [S in ProfileStatus]: ReadonlyArray<ProfileStatus> } = {
  active: ["suspended", "deleted"],
  suspended: ["active"],
  deleted: ["active"]
}

/** From this instant on the profile cannot be restored, and its erase is due. Source: IDN-7. */
export const restorableUntil = (deletedAt: Instant): Instant => DateTime.addDuration(deletedAt, restorePeriod)

/** True when `lastSeenAt` is to be written again. */
export const isSeenAgain = (lastSeenAt: Instant | undefined, now: Instant): boolean =>
  lastSeenAt === undefined ||
  DateTime.isGreaterThanOrEqualTo(now, DateTime.addDuration(lastSeenAt, seenPrecision))

/** A new profile; private until its owner says otherwise. `username` is one that the caller found free. */
export const create = (
  given: NewProfile & { readonly username: Profile["username"] },
  origin: Origin,
  now: Instant
): Decision<Profile> => ({
  state: {
    displayName: given.username,
    bio: "",
    isPublic: false,
    locale: unsaidLocale,
    timeZone: "UTC",
    ...given,
    ...(origin === "first_command" && { lastSeenAt: now }),
    status: "active",
    createdAt: now,
    updatedAt: now,
    version: 1
  },
  events: [ProfileCreated({ userId: given.id, origin })]
})

type Field = Exclude<keyof ProfileChange, "version">

/** Changes what is named and keeps the rest; naming what it already is changes nothing. Source: KER-23. */
export const update = (
  profile: Profile,
  { version, ...given }: ProfileChange,
  now: Instant
): Result.Result<Decision<Profile>, StaleVersion> => {
  if (version !== profile.version) return Result.fail(new StaleVersion({ current: profile.version }))
  const { avatarUrl = "", ...rest } = { ...profile, ...given }
  const wanted: Profile = avatarUrl === "" ? rest : { ...rest, avatarUrl }
  const fields = (Object.keys(given) as Array<Field>)
    .filter((field) => !Equal.equals(wanted[field], profile[field]))
    .sort()
  if (fields.length === 0) return Result.succeed({ state: profile, events: [] })
  const state = { ...wanted, version: version + 1, updatedAt: now }
  return Result.succeed({
    state,
    events: [ProfileUpdated({ userId: state.id, version: state.version, fields })]
  })
}

/** New links are an edit of the profile, made on a version of it. Source: IDN-6, KER-23. */
export const changeLinks = (
  profile: Profile,
  { links, version }: { readonly version: number; readonly links: ReadonlyArray<Link> },
  now: Instant
): Result.Result<Decision<Profile>, StaleVersion> => {
  if (version !== profile.version) return Result.fail(new StaleVersion({ current: profile.version }))
  const state = { ...profile, version: version + 1, updatedAt: now }
  return Result.succeed({
    state,
    events: [LinksChanged({ userId: state.id, version: state.version, count: links.length })]
  })
}

const moved = (
  profile: Profile,
  status: ProfileStatus,
  now: Instant
): Result.Result<Profile, StatusNotAllowed> => {
  if (!transitions[profile.status].includes(status))
    return Result.fail(new StatusNotAllowed({ status: profile.status }))
  const { deletedAt: _, ...rest } = profile
  return Result.succeed({ ...rest, status, updatedAt: now, version: profile.version + 1 })
}

const decided =
  (event: Decision<Profile>["events"][number]) =>
  (state: Profile): Decision<Profile> => ({
    state,
    events: [event]
  })

/** Shuts a user out of all but what anonymous may do and reading their own data. Source: IDN-9. */
export const suspend = (profile: Profile, reason: string, now: Instant) =>
  Result.map(moved(profile, "suspended", now), decided(ProfileSuspended({ userId: profile.id, reason })))

/** Ends a suspension; what the owner deleted is not for others to restore. Source: IDN-9. */
export const liftSuspension = (profile: Profile, reason: string, now: Instant) =>
  profile.status === "suspended"
    ? Result.map(moved(profile, "active", now), decided(SuspensionLifted({ userId: profile.id, reason })))
    : Result.fail(new StatusNotAllowed({ status: profile.status }))

/** Deletes softly: the owner can take it back for 30 days. Source: IDN-7. */
export const remove = (profile: Profile, now: Instant): Result.Result<Decision<Profile>, StatusNotAllowed> =>
  Result.map(moved(profile, "deleted", now), (state) => ({
    state: { ...state, deletedAt: now },
    events: [ProfileDeletedByOwner({ userId: profile.id, restorableUntil: restorableUntil(now) })]
  }))

/** Takes a deletion back, until just before 30 days have passed. Source: IDN-7. */
export const takeBack = (
  profile: Profile,
  now: Instant
): Result.Result<Decision<Profile>, StatusNotAllowed | RestorePeriodPassed> => {
  if (profile.deletedAt === undefined) return Result.fail(new StatusNotAllowed({ status: profile.status }))
  const until = restorableUntil(profile.deletedAt)
  return isWithin(now, { to: until })
    ? Result.map(moved(profile, "active", now), decided(ProfileRestoredByOwner({ userId: profile.id })))
    : Result.fail(new RestorePeriodPassed({ restorableUntil: until }))
}

/** The profile of somebody who asks for their own; refused once it is deleted. Source: IDN-7. */
export const ownProfile = (profile: Profile): Result.Result<Profile, ProfileDeleted> =>
  profile.deletedAt === undefined
    ? Result.succeed(profile)
    : Result.fail(new ProfileDeleted({ restorableUntil: restorableUntil(profile.deletedAt) }))

const isOwn = (profile: Profile, me: Standing): boolean => userIdOf(me.actor) === profile.id

/** The profile as the viewer may see it; what they may not see is not found. Source: IDN-3, KER-11. */
export const viewed = (
  profile: Profile,
  links: ReadonlyArray<Link>,
  me: Standing
): Result.Result<ProfileView, ProfileNotFound | ProfileDeleted> => {
  if (may(me, "manage_users")) return Result.succeed({ ...profile, links })
  if (isOwn(profile, me)) return Result.map(ownProfile(profile), (own) => ({ ...own, links }))
  if (!profile.isPublic || profile.status === "deleted")
    return Result.fail(new ProfileNotFound({ user: profile.id }))
  const {
    email: _email,
    lastSeenAt: _lastSeenAt,
    locale: _locale,
    timeZone: _timeZone,
    ...everyones
  } = profile
  return Result.succeed({ ...everyones, links: links.filter((link) => link.isPublic) })
}

/** What stands beside something that somebody did in public; undefined where the viewer may not know who. Source: IDN-7. */
export const nameCard = (profile: Profile, me: Standing): NameCard | undefined => {
  const { avatarUrl, displayName, id, username } = profile
  if (profile.status === "deleted") return { kind: "deleted_user", id, displayName: "deleted user" }
  if (!profile.isPublic && !isOwn(profile, me) && !may(me, "manage_users")) return undefined
  return { kind: "user", id, username, displayName, ...(avatarUrl !== undefined && { avatarUrl }) }
}
