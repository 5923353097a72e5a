/** Adding, changing and deleting roles. */
import { Effect, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { Door } from "../../shared/door.ts"
import { newId } from "../../shared/id.ts"
import { done } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { RoleInUse, RoleNotFound } from "../errors.ts"
import { RoleId, type RoleName } from "../model.ts"
import { operations } from "../operations.ts"
import { Assignments, RoleCatalogue } from "../ports.ts"
import { requireAdmin } from "../rules/grants.ts"
import * as rules from "../rules/roles.ts"

export const catalogueUseCases = Effect.gen(function* () {
  const catalogue = yield* RoleCatalogue
  const assignments = yield* Assignments
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  const door = yield* Door

  const held = (role: RoleName) =>
    Effect.flatMap(catalogue.findForUpdate(role), (found) =>
      Option.isSome(found) ? Effect.succeed(found.value) : Effect.fail(new RoleNotFound({ role }))
    )

  return {
    create: door.command(
      operations.create,
      Effect.fnUntraced(function* ({ reason, ...input }, { me, now }) {
        yield* Effect.fromResult(requireAdmin(me))
        const id = yield* newId(RoleId, random)
        const { events, state } = rules.create({ ...input, id }, { actor: me.actor, now, reason })
        yield* catalogue.insert(state)
        yield* outbox.append(events)
        return state
      })
    ),
    change: door.command(
      operations.change,
      Effect.fnUntraced(function* (input, { me, now }) {
        yield* Effect.fromResult(requireAdmin(me))
        const { events, state } = yield* Effect.fromResult(rules.change(yield* held(input.role), input, now))
        yield* catalogue.update(state)
        yield* outbox.append(events)
        return state
      })
    ),
    setPermissions: door.command(
      operations.setPermissions,
      Effect.fnUntraced(function* ({ reason, ...input }, { me, now }) {
        yield* Effect.fromResult(requireAdmin(me))
        const change = { actor: me.actor, now, reason }
        const { events, state } = yield* Effect.fromResult(
          rules.setPermissions(yield* held(input.role), input, change)
        )
        yield* catalogue.update(state).pipe(Effect.orDie)
        yield* outbox.append(events)
        return state
      })
    ),
    remove: door.command(
      operations.remove,
      Effect.fnUntraced(function* (input, { me, now }) {
        yield* Effect.fromResult(requireAdmin(me))
        const { events, state } = yield* Effect.fromResult(
          rules.remove(yield* held(input.role), input.reason)
        )
        // Grants keep the role from being deleted while they run, so nobody is given it meanwhile.
        const holders = yield* assignments.holders({ roleId: state.id, now }, Option.none(), 1)
        if (holders.length > 0) return yield* new RoleInUse({ role: input.role })
        yield* catalogue.remove(state.id, now)
        yield* outbox.append(events)
        return done
      })
    )
  }
})
