/** Granting and revoking roles. */
import { Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { AdminGuard, ProfileNotFound } from "../../identity/index.ts"
import { Door } from "../../shared/door.ts"
import { newId, type UserId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { adminRole } from "../catalogue.ts"
import { FirstAdminExists, RoleNotFound } from "../errors.ts"
import { GrantEntryId, type RoleName } from "../model.ts"
import { operations } from "../operations.ts"
import { Assignments, GrantsLog, RoleCatalogue } from "../ports.ts"
import * as rules from "../rules/grants.ts"

/** How many expired assignments one sweep writes down. */
const defaultSweep = 500

/** Identity's question whether a user may be suspended or deleted. Source: RBAC-3. */
export const adminGuardLayer = Layer.effect(
  AdminGuard,
  Effect.map(Assignments, (assignments) =>
    AdminGuard.of({
      mayLose: (userId) =>
        Effect.flatMap(assignments.holdAdmins, (admins) =>
          Effect.fromResult(rules.mayLoseAdmin(admins, userId))
        )
    })
  )
)

/** What granting and revoking have in common. */
const granting = Effect.gen(function* () {
  const catalogue = yield* RoleCatalogue
  const assignments = yield* Assignments
  const log = yield* GrantsLog
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom

  /** The role, kept as it is until the end, with what it inherits from. */
  const sharedRole = Effect.fnUntraced(function* (name: RoleName) {
    const role = yield* catalogue.findForShare(name)
    if (Option.isNone(role)) return yield* new RoleNotFound({ role: name })
    return { role: role.value, systemRoles: yield* catalogue.listSystem }
  })

  /** Held before the role and the user by all who may leave the platform without an admin: in one order nobody deadlocks. */
  const adminsBehind = (name: RoleName) => (name === adminRole ? assignments.holdAdmins : Effect.succeed([]))

  /** What the user was given of a role, held. */
  const heldAssignment = Effect.fnUntraced(function* (userId: UserId, roleId: string) {
    const all = yield* assignments.hold(userId)
    if (Option.isNone(all)) return yield* new ProfileNotFound({ user: userId })
    return all.value.find((assignment) => assignment.roleId === roleId)
  })

  const keep = Effect.fnUntraced(function* (grantings: ReadonlyArray<rules.Granting>) {
    const changed = grantings.filter(({ entries }) => entries.length > 0)
    yield* Effect.forEach(changed, ({ state }) => assignments.put(state), { discard: true })
    const entries = yield* Effect.forEach(
      changed.flatMap(({ entries }) => entries),
      (entry) => Effect.map(newId(GrantEntryId, random), (id) => ({ ...entry, id }))
    )
    yield* log.append(entries)
    yield* outbox.append(changed.flatMap(({ events }) => events))
  })

  return { sharedRole, adminsBehind, heldAssignment, keep }
})

export const grantUseCases = Effect.gen(function* () {
  const { adminsBehind, heldAssignment, keep, sharedRole } = yield* granting
  const door = yield* Door

  return {
    grant: door.command(
      operations.grant,
      Effect.fnUntraced(function* ({ expiresAt, reason, role: name, userId }, { me, now }) {
        yield* Effect.fromResult(rules.mayAsk(me))
        const admins = yield* adminsBehind(name)
        const { role, systemRoles } = yield* sharedRole(name)
        yield* Effect.fromResult(rules.mayGrant({ me, userId, role, systemRoles }, reason))
        const before = yield* heldAssignment(userId, role.id)
        const given = { before, userId, role, expiresAt, reason, actor: me.actor, now }
        const { outcome, ...decided } = yield* Effect.fromResult(rules.grant(given))
        yield* Effect.fromResult(rules.keepsAnAdmin(admins, decided.state))
        yield* keep([decided])
        return { assignment: decided.state, outcome }
      })
    ),
    revoke: door.command(
      operations.revoke,
      Effect.fnUntraced(function* ({ reason, role: name, userId }, { me, now }) {
        yield* Effect.fromResult(rules.mayAsk(me))
        const admins = yield* adminsBehind(name)
        const { role, systemRoles } = yield* sharedRole(name)
        yield* Effect.fromResult(rules.mayRevoke({ me, userId, role, systemRoles }))
        const before = yield* heldAssignment(userId, role.id)
        const revoking = yield* Effect.fromResult(
          rules.revoke({ before, role, reason, actor: me.actor, now })
        )
        yield* Effect.fromResult(rules.keepsAnAdmin(admins, revoking.state))
        yield* keep([revoking])
        return revoking.state
      })
    )
  }
})

/** What services do with roles. */
export const serviceUseCases = Effect.gen(function* () {
  const assignments = yield* Assignments
  const { heldAssignment, keep, sharedRole } = yield* granting
  const door = yield* Door

  return {
    firstAdmin: door.command(
      operations.firstAdmin,
      Effect.fnUntraced(function* ({ userId }, { me, now }) {
        yield* Effect.fromResult(rules.requireService(me))
        const admins = yield* assignments.holdAdmins
        const { role } = yield* sharedRole(adminRole).pipe(Effect.orDie)
        if (admins.length > 0) return yield* new FirstAdminExists()
        const before = yield* heldAssignment(userId, role.id)
        // Nobody to rely on would be no admin: the next one would be the first again.
        const { status } = yield* assignments.standing(userId)
        yield* Effect.fromResult(rules.mayBeFirstAdmin(status))
        const given = { before, userId, role, reason: "the first admin", actor: me.actor, now }
        const { outcome, ...decided } = yield* Effect.fromResult(rules.grant(given))
        yield* keep([decided])
        return { assignment: decided.state, outcome }
      })
    ),
    sweepExpired: door.command(
      operations.sweepExpired,
      Effect.fnUntraced(function* ({ limit }, { me, now }) {
        yield* Effect.fromResult(rules.requireService(me))
        const expired = yield* assignments.holdExpired(now, limit ?? defaultSweep)
        yield* keep(expired.map(({ assignment, roleName }) => rules.expire(assignment, { roleName }, now)))
        return { expired: expired.length }
      })
    )
  }
})
