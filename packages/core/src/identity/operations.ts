/** Every use case of identity; its noun is `users`. */
import { Schema } from "effect"
import { UserId } from "../shared/id.ts"
import { Instant } from "../shared/instant.ts"
import { command, NoInput, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { line, Reason, SoundReason } from "../shared/text.ts"
import {
  ConsentNotInForce,
  EmailTaken,
  LastAdmin,
  ProfileDeleted,
  ProfileNotFound,
  RestorePeriodPassed,
  StatusNotAllowed,
  UsernameTaken
} from "./errors.ts"
import { Consent, ConsentDue, ConsentType, DocumentVersion } from "./model/consent.ts"
import { Link, Links } from "./model/link.ts"
import { NameCard, NewProfile, Profile, ProfileChange, ProfileStatus, ProfileView } from "./model/profile.ts"
import { Settings, SettingsPatch } from "./model/settings.ts"
import { UserRef } from "./names.ts"

/** How one row of an import ended. */
export const ImportOutcome = Schema.Struct({
  id: UserId,
  outcome: Schema.Literals(["created", "existing", "refused"]),
  /** The code of the refusal. */
  code: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ImportOutcome" })

/** Everything that identity holds about somebody, in one document. Source: IDN-7. */
export const PersonalExport = Schema.Struct({
  format: Schema.Literal("lyceum.identity/1"),
  exportedAt: Instant,
  profile: Profile,
  settings: Settings,
  links: Schema.Array(Link),
  /** The whole history, newest first. */
  consents: Schema.Array(Consent)
}).annotate({ identifier: "PersonalExport" })

export const operations = {
  /** One's own profile. Not found before the first command (IDN-8). */
  myProfile: query("users.my_profile", {
    admits: "deleted",
    input: NoInput,
    output: ProfileView,
    refusals: [ProfileNotFound, ProfileDeleted]
  }),
  /** By id or username, as the asker may see it (IDN-3). */
  getProfile: query("users.get", {
    admits: "deleted",
    input: Schema.Struct({ user: UserRef }),
    output: ProfileView,
    refusals: [ProfileNotFound, ProfileDeleted]
  }),
  /** Who stands behind the ids; those that the asker may not know of are left out. */
  nameCards: query("users.name_cards", {
    input: Schema.Struct({ ids: Schema.Array(UserId).check(Schema.isMaxLength(100)) }),
    output: Schema.Array(NameCard)
  }),
  /** Takes `manage_users`. By username; `search` is what the username or the e-mail address begins with. */
  listUsers: query("users.list", {
    input: Schema.Struct({
      search: Schema.optionalKey(line(254)),
      status: Schema.optionalKey(ProfileStatus),
      ...pageFields
    }),
    output: page(Profile)
  }),
  updateProfile: command("users.update_profile", {
    input: ProfileChange,
    output: Profile,
    refusals: [ProfileNotFound, UsernameTaken]
  }),
  /** Takes `manage_users`. Twice is once: an existing profile is answered and left as it is (IDN-8). */
  createProfile: command("users.create", {
    input: NewProfile,
    output: Schema.Struct({ profile: Profile, created: Schema.Boolean }),
    refusals: [UsernameTaken, EmailTaken]
  }),
  /** As `createProfile` for many: the refusal of one row neither fails nor undoes another (KER-15). */
  importProfiles: command("users.import", {
    input: Schema.Struct({
      rows: Schema.Array(NewProfile).check(Schema.isMinLength(1), Schema.isMaxLength(500))
    }),
    output: Schema.Array(ImportOutcome)
  }),
  suspend: command("users.suspend", {
    input: Schema.Struct({ userId: UserId, reason: Reason }),
    output: Profile,
    refusals: [ProfileNotFound, StatusNotAllowed, LastAdmin]
  }),
  /** Ends a suspension. */
  restore: command("users.restore", {
    input: Schema.Struct({ userId: UserId, reason: Reason }),
    output: Profile,
    refusals: [ProfileNotFound, StatusNotAllowed]
  }),
  /** Lets the asker read as somebody else for 30 minutes; takes `manage_users`, and all that the other may do. Source: KER-26. */
  viewAs: command("users.view_as", {
    input: Schema.Struct({ userId: UserId, reason: SoundReason }),
    output: Schema.Struct({ userId: UserId, until: Instant }),
    refusals: [ProfileNotFound, StatusNotAllowed]
  }),
  /** Softly: for 30 days it can be restored or exported, and nothing else (IDN-7). */
  deleteMyProfile: command("users.delete_my_profile", {
    input: NoInput,
    output: Schema.Struct({ restorableUntil: Instant }),
    refusals: [ProfileNotFound, StatusNotAllowed, LastAdmin]
  }),
  restoreMyProfile: command("users.restore_my_profile", {
    input: NoInput,
    output: Profile,
    refusals: [ProfileNotFound, StatusNotAllowed, RestorePeriodPassed],
    admits: "deleted"
  }),
  exportMyData: query("users.export_my_data", {
    admits: "deleted",
    input: NoInput,
    output: PersonalExport,
    refusals: [ProfileNotFound]
  }),
  mySettings: query("users.my_settings", {
    admits: "deleted",
    input: NoInput,
    output: Settings,
    refusals: [ProfileDeleted]
  }),
  /** Merges deeply: what the patch does not name stays (IDN-4). Answers all settings. */
  updateSettings: command("users.update_settings", {
    input: SettingsPatch,
    output: Settings,
    refusals: [ProfileNotFound]
  }),
  /** What is in force, and what is to be asked because a document is new. */
  myConsents: query("users.my_consents", {
    admits: "deleted",
    input: NoInput,
    output: Schema.Struct({ inForce: Schema.Array(Consent), due: Schema.Array(ConsentDue) }),
    refusals: [ProfileDeleted]
  }),
  /** The history, newest first; that of somebody else takes `manage_users`. */
  consentHistory: query("users.consent_history", {
    admits: "deleted",
    input: Schema.Struct({ userId: Schema.optionalKey(UserId), ...pageFields }),
    output: page(Consent),
    refusals: [ProfileDeleted]
  }),
  /** Yes or no to the document in use. */
  recordConsent: command("users.record_consent", {
    input: Schema.Struct({
      consentType: ConsentType,
      granted: Schema.Boolean,
      documentVersion: DocumentVersion,
      source: line(60)
    }),
    output: Consent,
    refusals: [ProfileNotFound]
  }),
  revokeConsent: command("users.revoke_consent", {
    input: Schema.Struct({ consentType: ConsentType, source: line(60) }),
    output: Consent,
    refusals: [ProfileNotFound, ConsentNotInForce]
  }),
  /** All links at once, in their order; `version` is the profile's. */
  setLinks: command("users.set_links", {
    input: Schema.Struct({ version: Schema.Int, links: Links }),
    output: Schema.Struct({ version: Schema.Int, links: Links }),
    refusals: [ProfileNotFound]
  })
}
