/** On whose behalf a command runs, and what they may do. Source: KER-9, KER-10, RBAC-1. */
import { Context, type Effect, Result, Schema } from "effect"
import { Forbidden } from "./errors.ts"
import { UserId } from "./id.ts"
import type { Instant } from "./instant.ts"
import type { InTransaction } from "./transaction.ts"

/** What a token says of a user beyond the id; a new profile is made from it (IDN-8). Never a permission. */
export const Claims = Schema.Struct({
  email: Schema.optionalKey(Schema.String),
  displayName: Schema.optionalKey(Schema.String),
  locale: Schema.optionalKey(Schema.String)
})

export const Actor = Schema.Union([
  Schema.TaggedStruct("Anonymous", {}),
  Schema.TaggedStruct("User", { id: UserId, claims: Schema.optionalKey(Claims) }),
  /** Billing, batches, reactions, the operator at the command line: our own hands, named. */
  Schema.TaggedStruct("Service", { name: Schema.String })
]).pipe(Schema.toTaggedUnion("_tag"))
export type Actor = typeof Actor.Type

export const anonymous: Actor = { _tag: "Anonymous" }
export const user = (id: UserId): Actor => ({ _tag: "User", id })
export const service = (name: string): Actor => ({ _tag: "Service", name })

/** What the audit trail calls an actor: the user's id, the service's name, or `anonymous`. Source: KER-26. */
export const actorName = (actor: Actor): string =>
  actor._tag === "User" ? actor.id : actor._tag === "Service" ? actor.name : "anonymous"

/** An actor as events keep it: without what the token said of the person (PRV-7). */
export const withoutClaims = (actor: Actor): Actor => (actor._tag === "User" ? user(actor.id) : actor)

/** Travels with the computation and has no default: a use case without an actor does not compile. */
export class CurrentActor extends Context.Service<CurrentActor, Actor>()("lyceum/shared/CurrentActor") {}

/** Every permission there is. `dangerous` ones are granted by an admin only, with a reason (RBAC-2). Source: 02. */
export const permissions = {
  "content.create": { dangerous: false },
  "content.edit": { dangerous: false },
  "content.review": { dangerous: false },
  "content.publish": { dangerous: false },
  "content.archive": { dangerous: true },
  manage_content: { dangerous: false },
  "media.manage": { dangerous: false },
  manage_users: { dangerous: true },
  view_analytics: { dangerous: false },
  "billing.view": { dangerous: false },
  "billing.manage": { dangerous: true },
  "assessments:create": { dangerous: false },
  "assessments:read": { dangerous: false },
  "assessments:update": { dangerous: false },
  "assessments:delete": { dangerous: true },
  "assessments:grade": { dangerous: false },
  "referrals.manage": { dangerous: true },
  "referrals.view": { dangerous: false },
  "referrals.payout": { dangerous: true },
  "community.participate": { dangerous: false },
  "community.moderate": { dangerous: false },
  "operations.view": { dangerous: false },
  "operations.manage": { dangerous: true },
  "privacy.manage": { dangerous: true }
} as const
export type Permission = keyof typeof permissions
export const Permission = Schema.Literals(Object.keys(permissions) as Array<Permission>).annotate({
  identifier: "Permission"
})

/** What the actor is and may do at one instant, computed from one read. */
export interface Standing {
  readonly actor: Actor
  /** `suspended` users may do what anonymous may, and read their own data (IDN-9); `deleted` ones export it (IDN-7). */
  readonly status: "active" | "suspended" | "deleted"
  /** Names of live roles, `member` or `visitor` included; `premium_member` by paying only where it gives permissions. */
  readonly roles: ReadonlySet<string>
  readonly permissions: ReadonlySet<Permission>
  /** Held only on courses that the actor created or instructs (RBAC-7). */
  readonly onOwnCourses: ReadonlySet<Permission>
}

/** The standing of who needs no look-up: visitors hold nothing, services may do everything (`may` says so). */
export const standingWithoutAccount = (actor: Actor): Standing => ({
  actor,
  status: "active",
  roles: new Set(actor._tag === "Service" ? [] : ["visitor"]),
  permissions: new Set(),
  onOwnCourses: new Set()
})

/** Refuses who lacks the permission, naming it. */
export const requirePermission = (
  standing: Standing,
  permission: Permission,
  thing?: { readonly own: boolean }
): Result.Result<void, Forbidden> =>
  may(standing, permission, thing) ? Result.void : Result.fail(new Forbidden({ permission }))

/** True when the actor holds the permission; `own` says that the thing belongs to a course they create or instruct. */
export const may = (
  standing: Standing,
  permission: Permission,
  thing: { readonly own: boolean } = { own: false }
): boolean =>
  standing.actor._tag === "Service" ||
  standing.permissions.has(permission) ||
  (thing.own && standing.onOwnCourses.has(permission))

/** The id of a signed-in user; undefined for visitors and services. */
export const userIdOf = (actor: Actor): UserId | undefined => (actor._tag === "User" ? actor.id : undefined)

/**
 * Tells what the current actor may do. A port of the ground floor, so that identity can ask before rbac, which stands
 * above it, answers.
 */
export class Authority extends Context.Service<
  Authority,
  {
    /** The standing of any actor at an instant. */
    readonly standingOf: (actor: Actor, now: Instant) => Effect.Effect<Standing>
    /** As `standingOf`, at the door of a command: a user seen for the first time gets a profile (IDN-8). */
    readonly admit: (actor: Actor, now: Instant) => Effect.Effect<Standing, never, InTransaction>
  }
>()("lyceum/shared/Authority") {}
