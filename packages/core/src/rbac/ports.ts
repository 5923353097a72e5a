/** What rbac needs from outside. */
import { Context, Effect, Layer, Option } from "effect"
import type { Standing } from "../shared/actor.ts"
import type { UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { AssignmentFacts, PaidUntil, RoleFacts } from "./rules.ts"

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
  }
>()("lyceum/rbac/Assignments") {}

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
