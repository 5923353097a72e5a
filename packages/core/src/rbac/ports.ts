/** What rbac needs from outside. */
import { Context, Effect, Layer, type Option } from "effect"
import type { Standing } from "../shared/actor.ts"
import type { UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { RoleExists } from "./errors.ts"
import type { Assignment, GrantEntry, LoggedGrant, PermissionInfo, Role, RoleId, RoleName } from "./model.ts"
import type { AssignmentFacts, PaidUntil, RoleFacts } from "./rules/standing.ts"

/** Deleted roles are in none of its answers. */
export class RoleCatalogue extends Context.Service<
  RoleCatalogue,
  {
    readonly find: (name: RoleName) => Effect.Effect<Option.Option<Role>>
    /** As `find`, holding the role until the transaction ends. */
    readonly findForUpdate: (name: RoleName) => Effect.Effect<Option.Option<Role>, never, InTransaction>
    /** As `find`, keeping others from changing or deleting the role until the transaction ends. */
    readonly findForShare: (name: RoleName) => Effect.Effect<Option.Option<Role>, never, InTransaction>
    /** The system roles: what other roles inherit from. */
    readonly listSystem: Effect.Effect<ReadonlyArray<Role>>
    /** By name. Position: `[roleName]`. */
    readonly list: (after: Option.Option<Position>, count: number) => Effect.Effect<ReadonlyArray<Role>>
    readonly insert: (role: Role) => Effect.Effect<void, RoleExists, InTransaction>
    /** Everything, its permissions included, but `isSystem` and `createdAt`. */
    readonly update: (role: Role) => Effect.Effect<void, RoleExists, InTransaction>
    /** Its name is free again; the log goes on to name it. */
    readonly remove: (id: RoleId, now: Instant) => Effect.Effect<void, never, InTransaction>
    /** By key. */
    readonly permissions: Effect.Effect<ReadonlyArray<PermissionInfo>>
  }
>()("lyceum/rbac/RoleCatalogue") {}

/** What the store knows of a user's standing. */
export interface KnownStanding {
  /** Absent: the user has no profile yet. */
  readonly status?: Standing["status"]
  readonly lastSeenAt?: Instant
  readonly assignments: ReadonlyArray<AssignmentFacts>
  /** All system roles, and those assigned. */
  readonly roles: ReadonlyArray<RoleFacts>
}

export class Assignments extends Context.Service<
  Assignments,
  {
    /** Everything a standing is made of, in one read. Source: RBAC-7. */
    readonly standing: (userId: UserId) => Effect.Effect<KnownStanding>
    /** All assignments of a user, also past ones, held until the transaction ends; none for a user without a profile. */
    readonly hold: (
      userId: UserId
    ) => Effect.Effect<Option.Option<ReadonlyArray<Assignment>>, never, InTransaction>
    /** Inserts or replaces. The user is held. */
    readonly put: (assignment: Assignment) => Effect.Effect<void, never, InTransaction>
    /** Who holds the role at the instant, by user id. Position: `[userId]`. */
    readonly holders: (
      held: { readonly roleId: RoleId; readonly now: Instant },
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Assignment>>
    /**
     * Active users who hold the admin role without an end: two of them when there are more. Whoever else asks waits until
     * the transaction ends, and then sees what it did. Source: RBAC-3.
     */
    readonly holdAdmins: Effect.Effect<ReadonlyArray<UserId>, never, InTransaction>
    /** Active assignments that have expired at the instant, oldest end first, held; what another sweep holds is passed over. */
    readonly holdExpired: (
      now: Instant,
      count: number
    ) => Effect.Effect<
      ReadonlyArray<{ readonly assignment: Assignment; readonly roleName: RoleName }>,
      never,
      InTransaction
    >
  }
>()("lyceum/rbac/Assignments") {}

export interface GrantFilter {
  readonly userId?: UserId
  readonly roleId?: RoleId
}

/** Append-only: no port changes it, and the database refuses to. Source: RBAC-5. */
export class GrantsLog extends Context.Service<
  GrantsLog,
  {
    /** In this order, after all that is there for the user. */
    readonly append: (entries: ReadonlyArray<GrantEntry>) => Effect.Effect<void, never, InTransaction>
    /** Newest first. Position: `[position]`. */
    readonly list: (
      filter: GrantFilter,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<LoggedGrant>>
  }
>()("lyceum/rbac/GrantsLog") {}

/** Who is a paying member, by what they bought: access answers it, wired at the top. Source: RBAC-8. */
export class PaidMembership extends Context.Service<
  PaidMembership,
  {
    /** The latest end of entitlements in force that rank `premium` or higher; none without one. */
    readonly until: (userId: UserId, now: Instant) => Effect.Effect<Option.Option<PaidUntil>>
  }
>()("lyceum/rbac/PaidMembership") {
  /** For a platform that sells nothing. */
  static readonly none = Layer.succeed(PaidMembership, PaidMembership.of({ until: () => Effect.succeedNone }))
}
