/** The ways identity says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { UserId } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"

export class ProfileNotFound extends Schema.TaggedError<ProfileNotFound>()("identity.profile_not_found", {
  /** The id or username that was asked for. */
  user: Schema.String
}) {}

/** The owner deleted the profile: nothing but restoring it and exporting what it holds is left. Source: IDN-7. */
export class ProfileDeleted extends Schema.TaggedError<ProfileDeleted>()("identity.profile_deleted", {
  /** From this instant on it cannot be restored. */
  restorableUntil: Instant
}) {}

/** The 30 days in which a deleted profile can be restored are over. Source: IDN-7. */
export class RestorePeriodPassed extends Schema.TaggedError<RestorePeriodPassed>()(
  "identity.restore_period_passed",
  {
    restorableUntil: Instant
  }
) {}

export class UsernameTaken extends Schema.TaggedError<UsernameTaken>()("identity.username_taken", {
  username: Schema.String
}) {}

/** The address is not told: it is somebody's personal data. */
export class EmailTaken extends Schema.TaggedError<EmailTaken>()("identity.email_taken", {}) {}

/** The profile is not in a status from which this is possible. */
export class StatusNotAllowed extends Schema.TaggedError<StatusNotAllowed>()("identity.status_not_allowed", {
  status: Schema.String
}) {}

/** Nobody active would be left who is an admin for good. Source: RBAC-3. */
export class LastAdmin extends Schema.TaggedError<LastAdmin>()("identity.last_admin", { userId: UserId }) {}

/** The consent that was to be revoked is not in force. Source: IDN-5. */
export class ConsentNotInForce extends Schema.TaggedError<ConsentNotInForce>()(
  "identity.consent_not_in_force",
  {
    consentType: Schema.String
  }
) {}

export type IdentityRefusal =
  | ProfileNotFound
  | ProfileDeleted
  | RestorePeriodPassed
  | UsernameTaken
  | EmailTaken
  | StatusNotAllowed
  | LastAdmin
  | ConsentNotInForce

export const identityTellings: Tellings<IdentityRefusal> = {
  "identity.profile_not_found": {
    family: "not_found",
    en: ({ user }) => `There is no user ${user}.`,
    fr: ({ user }) => `Il n'y a pas d'utilisateur ${user}.`
  },
  "identity.profile_deleted": {
    family: "gone",
    en: () => "This profile was deleted. It can only be restored or exported.",
    fr: () => "Ce profil a été supprimé. Il peut seulement être restauré ou exporté."
  },
  "identity.restore_period_passed": {
    family: "gone",
    en: () => "The time in which this profile could be restored is over.",
    fr: () => "Le délai pendant lequel ce profil pouvait être restauré est passé."
  },
  "identity.username_taken": {
    family: "conflict",
    en: ({ username }) => `The username ${username} is taken.`,
    fr: ({ username }) => `Le nom d'utilisateur ${username} est déjà pris.`
  },
  "identity.email_taken": {
    family: "conflict",
    en: () => "This e-mail address is taken.",
    fr: () => "Cette adresse e-mail est déjà prise."
  },
  "identity.status_not_allowed": {
    family: "conflict",
    en: ({ status }) => `This is not possible for a profile that is ${status}.`,
    fr: ({ status }) => `Ce n'est pas possible pour un profil dont l'état est ${status}.`
  },
  "identity.last_admin": {
    family: "conflict",
    en: () => "This is the last admin; there must always be one.",
    fr: () => "C'est le dernier administrateur ; il en faut toujours un."
  },
  "identity.consent_not_in_force": {
    family: "conflict",
    en: ({ consentType }) => `There is no ${consentType} consent in force.`,
    fr: ({ consentType }) => `Aucun consentement ${consentType} n'est en vigueur.`
  }
}
