/** Asking who may do what. */
import { Effect, Option } from "effect"
import { requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import { Forbidden, SignInRequired } from "../../shared/errors.ts"
import { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { standingFacts } from "../authority.ts"
import { RoleNotFound } from "../errors.ts"
import { LoggedGrant, type RoleName } from "../model.ts"
import { operations } from "../operations.ts"
import { Assignments, GrantsLog, RoleCatalogue } from "../ports.ts"
import { heldAs, permissionsOf, standingOf } from "../rules/standing.ts"

/** The user whom a question is about, if the asker may know. */
const whom = (
  userId: UserId | undefined,
  me: Standing
): Effect.Effect<UserId, SignInRequired | Forbidden> => {
  const own = userIdOf(me.actor)
  const asked = userId ?? own
  if (asked === undefined) {
    return Effect.fail(
      me.actor._tag === "Anonymous" ? new SignInRequired() : new Forbidden({ needs: "a user to ask about" })
    )
  }
  return asked === own
    ? Effect.succeed(asked)
    : Effect.as(Effect.fromResult(requirePermission(me, "manage_users")), asked)
}

export const questionUseCases = Effect.gen(function* () {
  const catalogue = yield* RoleCatalogue
  const assignments = yield* Assignments
  const log = yield* GrantsLog
  const factsOf = yield* standingFacts
  const door = yield* Door

  const roleNamed = (role: RoleName) =>
    Effect.flatMap(catalogue.find(role), (found) =>
      Option.isSome(found) ? Effect.succeed(found.value) : Effect.fail(new RoleNotFound({ role }))
    )

  const askedAbout = (
    userId: UserId | undefined,
    { me, now }: { readonly me: Standing; readonly now: Instant },
    asked: "permissions" | "names" = "permissions"
  ) =>
    Effect.flatMap(whom(userId, me), (id) =>
      Effect.map(factsOf(id, now, asked), (facts) => ({ ...facts, actor: { _tag: "User" as const, id } }))
    )

  return {
    listRoles: door.query(operations.listRoles, (request) =>
      paginate("roles by name", request, catalogue.list, ({ roleName }) => [roleName])
    ),
    getRole: door.query(operations.getRole, ({ role }) => roleNamed(role)),
    listPermissions: door.query(operations.listPermissions, () => catalogue.permissions),
    userPermissions: door.query(operations.userPermissions, ({ userId }, call) =>
      Effect.map(askedAbout(userId, call, "names"), permissionsOf)
    ),
    hasPermission: door.query(operations.hasPermission, ({ permission, userId }, call) =>
      Effect.map(askedAbout(userId, call), (facts) => ({ held: heldAs(standingOf(facts), permission) }))
    ),
    hasRole: door.query(operations.hasRole, ({ role, userId }, call) =>
      Effect.map(askedAbout(userId, call, role === "premium_member" ? "names" : "permissions"), (facts) => ({
        held: standingOf(facts).roles.has(role)
      }))
    ),
    listHolders: door.query(
      operations.listHolders,
      Effect.fnUntraced(function* ({ role, ...request }, { me, now }) {
        yield* Effect.fromResult(requirePermission(me, "manage_users"))
        const { id: roleId } = yield* roleNamed(role)
        return yield* paginate(
          orderBy(`holders of ${roleId}`, [UserId]),
          request,
          (after, count) => assignments.holders({ roleId, now }, after, count),
          ({ userId }) => [userId]
        )
      })
    ),
    grantsLog: door.query(
      operations.grantsLog,
      Effect.fnUntraced(function* ({ role, userId, ...request }, { me }) {
        if (userId === undefined || userId !== userIdOf(me.actor)) {
          yield* Effect.fromResult(requirePermission(me, "manage_users"))
        }
        const roleId = role === undefined ? undefined : (yield* roleNamed(role)).id
        const filter = { ...(userId !== undefined && { userId }), ...(roleId !== undefined && { roleId }) }
        return yield* paginate(
          orderBy(`grants of ${userId ?? "everybody"} and ${roleId ?? "every role"}`, [
            LoggedGrant.fields.position
          ]),
          request,
          (after, count) => log.list(filter, after, count),
          ({ position }) => [position]
        )
      })
    )
  }
})
