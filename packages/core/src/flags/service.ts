/** What flags does when asked. */
import { Context, Effect, Layer, Option } from "effect"
import { Digest } from "effect/crypto"
import { requirePermission } from "../shared/actor.ts"
import { Door } from "../shared/door.ts"
import { SignInRequired } from "../shared/errors.ts"
import type { Methods } from "../shared/operation.ts"
import { Outbox } from "../shared/outbox.ts"
import { paginate } from "../shared/page.ts"
import { FlagNotFound } from "./errors.ts"
import { type Flag, type FlagKey, type FlagSubject, operations } from "./model.ts"
import { Flags, ReadOnlyTimes } from "./ports.ts"
import * as rules from "./rules.ts"

/** The key of the flags service: use cases of switches and rollouts. */
export class FeatureFlags extends Context.Service<FeatureFlags, Methods<typeof operations>>()(
  "lyceum/flags/FeatureFlags"
) {
  static readonly layer = Layer.effect(
    FeatureFlags,
    Effect.gen(function* () {
      const flags = yield* Flags
      const readOnlyTimes = yield* ReadOnlyTimes
      const outbox = yield* Outbox
      const digest = yield* Digest.Digest
      const door = yield* Door

      const orNotFound = (key: FlagKey) =>
        Effect.flatMap((found: Option.Option<Flag>) =>
          Option.isSome(found) ? Effect.succeed(found.value) : Effect.fail(new FlagNotFound({ key }))
        )

      const bucket = (key: FlagKey, { id }: FlagSubject = {}) =>
        id === undefined
          ? Effect.succeed(undefined)
          : Effect.map(digest.digest(Digest.sha256, new TextEncoder().encode(`${key}:${id}`)), rules.bucketOf)

      return FeatureFlags.of({
        list: door.query(operations.list, (request, { me }) =>
          Effect.andThen(
            Effect.fromResult(requirePermission(me, "operations.view")),
            paginate("flags by key", request, flags.list, ({ key }) => [key])
          )
        ),
        get: door.query(operations.get, ({ key }, { me }) =>
          Effect.andThen(
            Effect.fromResult(requirePermission(me, "operations.view")),
            flags.find(key).pipe(orNotFound(key))
          )
        ),
        evaluate: door.query(
          operations.evaluate,
          Effect.fnUntraced(function* ({ key, subject }, { me, now }) {
            if (me.actor._tag === "Anonymous") return yield* new SignInRequired()
            const flag = yield* flags.find(key).pipe(orNotFound(key))
            return rules.evaluate(flag, { subject, bucket: yield* bucket(key, subject), now })
          })
        ),
        define: door.command(
          operations.define,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const { events, state } = rules.define(input, now)
            yield* flags.insert(state)
            yield* outbox.append(events)
            return state
          })
        ),
        change: door.command(
          operations.change,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const before = yield* flags.findForUpdate(input.key).pipe(orNotFound(input.key))
            const { events, state } = yield* Effect.fromResult(rules.change(before, input, now))
            yield* flags.update(state)
            const turn = rules.readOnlyTurn(before, state, now)
            if (turn === "begins") yield* readOnlyTimes.begin(now)
            if (turn === "ends") yield* readOnlyTimes.end(now)
            yield* outbox.append(events)
            return state
          })
        )
      })
    })
  )
}
