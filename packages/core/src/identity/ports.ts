/** What identity needs from outside. */
import { Context, Data, type Effect, type Option } from "effect"
import type { UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { EmailTaken, LastAdmin, UsernameTaken } from "./errors.ts"
import type { Consent } from "./model/consent.ts"
import type { Link, LinkId } from "./model/link.ts"
import type { Profile, ProfileStatus } from "./model/profile.ts"
import type { SettingsPatch } from "./model/settings.ts"
import type { Viewing } from "./model/viewing.ts"
import type { Username } from "./names.ts"

export interface ProfileFilter {
  /** What the username or the e-mail address begins with, in lower case. */
  readonly prefix?: string
  readonly status?: ProfileStatus
}

/** There is a profile of this id. Nobody is told: making a profile twice is making it once (IDN-8). */
export class ProfileExists extends Data.TaggedError("ProfileExists")<{ readonly userId: UserId }> {}

export class Profiles extends Context.Service<
  Profiles,
  {
    readonly find: (id: UserId) => Effect.Effect<Option.Option<Profile>>
    readonly findByUsername: (username: Username) => Effect.Effect<Option.Option<Profile>>
    /** As `find`, holding the profile until the transaction ends; rows that refer to it can still be written. */
    readonly findForUpdate: (id: UserId) => Effect.Effect<Option.Option<Profile>, never, InTransaction>
    /** Those that exist, in no order. */
    readonly findAll: (ids: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Profile>>
    /** By username. Position: `[username]`. */
    readonly list: (
      filter: ProfileFilter,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Profile>>
    /** The store decides: it refuses for the id first, then for the username, then for the e-mail address. */
    readonly insert: (
      profile: Profile
    ) => Effect.Effect<void, ProfileExists | UsernameTaken | EmailTaken, InTransaction>
    /** Everything but `createdAt` and `lastSeenAt`. */
    readonly update: (profile: Profile) => Effect.Effect<void, UsernameTaken | EmailTaken, InTransaction>
    /** Writes `lastSeenAt`, once the transaction is over and holding nothing until then; never earlier than it is. */
    readonly touch: (id: UserId, now: Instant) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/identity/Profiles") {}

/** What users chose; the defaults are not stored. */
export class UserSettings extends Context.Service<
  UserSettings,
  {
    /** Empty where nothing was chosen. */
    readonly find: (userId: UserId) => Effect.Effect<SettingsPatch>
    readonly put: (userId: UserId, chosen: SettingsPatch) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/identity/UserSettings") {}

/** An append-only history; who appends holds the profile, so that entries are numbered without gaps. */
export class Consents extends Context.Service<
  Consents,
  {
    readonly append: (consent: Consent) => Effect.Effect<void, never, InTransaction>
    /** The newest entry of each type, in no order. */
    readonly newest: (userId: UserId) => Effect.Effect<ReadonlyArray<Consent>>
    /** Newest first. Position: `[entryNo]`. */
    readonly list: (
      userId: UserId,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Consent>>
  }
>()("lyceum/identity/Consents") {}

export class ProfileLinks extends Context.Service<
  ProfileLinks,
  {
    /** In their order. */
    readonly list: (userId: UserId) => Effect.Effect<ReadonlyArray<Link>>
    /** These instead of those of before, in this order. */
    readonly replace: (
      userId: UserId,
      links: ReadonlyArray<Link & { readonly id: LinkId }>
    ) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/identity/ProfileLinks") {}

/** Who may read as whom, one row a pair; whoever finds one still compares `until` with the clock. Source: KER-26. */
export class Viewings extends Context.Service<
  Viewings,
  {
    readonly find: (viewerId: UserId, viewedId: UserId) => Effect.Effect<Option.Option<Viewing>>
    /** Instead of the one there is. */
    readonly put: (viewing: Viewing) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/identity/Viewings") {}

/** Keeps the platform from losing its last admin; rbac knows who that is. Source: RBAC-3. */
export class AdminGuard extends Context.Service<
  AdminGuard,
  {
    /** Refuses to let go of the last active user who is an admin for good; holds the others until the transaction ends. */
    readonly mayLose: (userId: UserId) => Effect.Effect<void, LastAdmin, InTransaction>
  }
>()("lyceum/identity/AdminGuard") {}
