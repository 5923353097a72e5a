/** What jobs does when asked. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { requirePermission } from "../shared/actor.ts"
import { Door } from "../shared/door.ts"
import { newId } from "../shared/id.ts"
import type { Methods } from "../shared/operation.ts"
import { Outbox } from "../shared/outbox.ts"
import { orderBy, paginate } from "../shared/page.ts"
import { JobNotFound } from "./errors.ts"
import { type Job, JobId, operations } from "./model.ts"
import { QueuedJobs } from "./ports.ts"
import * as rules from "./rules.ts"

const newestFirst = orderBy("jobs newest first", [JobId])

/** Use cases of the operator: seeing, replaying and cancelling jobs. */
export class Jobs extends Context.Service<Jobs, Methods<typeof operations>>()("lyceum/jobs/Jobs") {
  static readonly layer = Layer.effect(
    Jobs,
    Effect.gen(function* () {
      const jobs = yield* QueuedJobs
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door

      const orNotFound = (id: JobId) =>
        Effect.flatMap((found: Option.Option<Job>) =>
          Option.isSome(found) ? Effect.succeed(found.value) : Effect.fail(new JobNotFound({ id }))
        )

      return Jobs.of({
        list: door.query(operations.list, (request, { me }) =>
          Effect.andThen(
            Effect.fromResult(requirePermission(me, "operations.view")),
            paginate(
              newestFirst,
              request,
              (after, count) => jobs.list(request, after, count),
              ({ id }) => [id]
            )
          )
        ),
        get: door.query(operations.get, ({ id }, { me }) =>
          Effect.andThen(
            Effect.fromResult(requirePermission(me, "operations.view")),
            jobs.find(id).pipe(orNotFound(id))
          )
        ),
        replay: door.command(
          operations.replay,
          Effect.fnUntraced(function* ({ id }, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const job = yield* jobs.findForUpdate(id).pipe(orNotFound(id))
            const { events, state } = yield* Effect.fromResult(rules.replay(job, now))
            yield* jobs.update(state)
            yield* outbox.append(events)
            return state
          })
        ),
        cancel: door.command(
          operations.cancel,
          Effect.fnUntraced(function* ({ id }, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const job = yield* jobs.findForUpdate(id).pipe(orNotFound(id))
            const { events, state } = yield* Effect.fromResult(rules.cancel(job, now))
            yield* jobs.update(state)
            yield* outbox.append(events)
            return state
          })
        ),
        runSchedule: door.command(
          operations.runSchedule,
          Effect.fnUntraced(function* ({ schedule }, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const { events, state } = rules.runNow(schedule, yield* newId(JobId, random), now)
            yield* jobs.insert(state)
            yield* outbox.append(events)
            return state
          })
        )
      })
    })
  )
}
