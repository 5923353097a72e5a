/** How profiles come, are shut out, and go. */
import { Effect, type Result } from "effect"
import { requirePermission } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { Door } from "../../shared/door.ts"
import type { UserId } from "../../shared/id.ts"
import type { Instant } from "../../shared/instant.ts"
import { Outbox } from "../../shared/outbox.ts"
import type { NewProfile, Profile } from "../model/profile.ts"
import { operations } from "../operations.ts"
import { AdminGuard, Profiles } from "../ports.ts"
import * as rules from "../rules/profile.ts"
import { Arrivals } from "./arrivals.ts"
import { orNotFound, ownId } from "./own.ts"

export const arrivalUseCases = Effect.gen(function* () {
  const arrivals = yield* Arrivals
  const outbox = yield* Outbox
  const door = yield* Door

  const importRow = (row: NewProfile, now: Instant) =>
    arrivals.make(row, "import", now).pipe(
      Effect.map(({ created, events }) => ({
        outcome: { id: row.id, outcome: created ? ("created" as const) : ("existing" as const) },
        events
      })),
      Effect.catch(({ _tag }) =>
        Effect.succeed({ outcome: { id: row.id, outcome: "refused" as const, code: _tag }, events: [] })
      )
    )

  return {
    createProfile: door.command(
      operations.createProfile,
      Effect.fnUntraced(function* (input, { me, now }) {
        yield* Effect.fromResult(requirePermission(me, "manage_users"))
        const { events, ...arrival } = yield* arrivals.make(input, "command", now)
        yield* outbox.append(events)
        return arrival
      })
    ),
    importProfiles: door.command(
      operations.importProfiles,
      Effect.fnUntraced(function* ({ rows }, { me, now }) {
        yield* Effect.fromResult(requirePermission(me, "manage_users"))
        const imported = yield* Effect.forEach(rows, (row) => importRow(row, now))
        yield* outbox.append(imported.flatMap(({ events }) => events))
        return imported.map(({ outcome }) => outcome)
      })
    )
  }
})

export const statusUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const guard = yield* AdminGuard
  const outbox = yield* Outbox
  const door = yield* Door

  /** Moves a held profile by a rule that changes neither its username nor its e-mail address. */
  const move = <E>(id: UserId, rule: (profile: Profile) => Result.Result<Decision<Profile>, E>) =>
    Effect.gen(function* () {
      const profile = yield* profiles.findForUpdate(id).pipe(orNotFound(id))
      const { events, state } = yield* Effect.fromResult(rule(profile))
      yield* profiles.update(state).pipe(Effect.orDie)
      yield* outbox.append(events)
      return state
    })

  return {
    suspend: door.command(
      operations.suspend,
      Effect.fnUntraced(function* ({ reason, userId }, { me, now }) {
        yield* Effect.fromResult(requirePermission(me, "manage_users"))
        yield* guard.mayLose(userId)
        return yield* move(userId, (profile) => rules.suspend(profile, reason, now))
      })
    ),
    restore: door.command(
      operations.restore,
      Effect.fnUntraced(function* ({ reason, userId }, { me, now }) {
        yield* Effect.fromResult(requirePermission(me, "manage_users"))
        return yield* move(userId, (profile) => rules.liftSuspension(profile, reason, now))
      })
    ),
    deleteMyProfile: door.command(
      operations.deleteMyProfile,
      Effect.fnUntraced(function* (_, { me, now }) {
        const id = yield* Effect.fromResult(ownId(me))
        yield* guard.mayLose(id)
        yield* move(id, (profile) => rules.remove(profile, now))
        return { restorableUntil: rules.restorableUntil(now) }
      })
    ),
    restoreMyProfile: door.command(
      operations.restoreMyProfile,
      Effect.fnUntraced(function* (_, { me, now }) {
        const id = yield* Effect.fromResult(ownId(me))
        return yield* move(id, (profile) => rules.takeBack(profile, now))
      })
    )
  }
})
