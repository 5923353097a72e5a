/** What goes on beside requests: events handed on, jobs done, schedules kept. One fiber tree, in as many processes as you like. */
import { Context, DateTime, Duration, Effect, Layer } from "effect"
import { CertificateReaction } from "./certificates/index.ts"
import { Entitlements } from "./access/index.ts"
import { Attempts } from "./assessments/index.ts"
import { Courses } from "./content/index.ts"
import { type JobHandlers, JobWorkers, scheduleHandler, type ScheduleWork } from "./jobs/index.ts"
import { LearningReactions } from "./learning/index.ts"
import { Roles } from "./rbac/index.ts"
import { ClientAddresses } from "./shared/address.ts"
import { IdempotencyKeys, retention } from "./shared/idempotency.ts"
import { currentInstant } from "./shared/instant.ts"
import { Reactions, type Subscription } from "./shared/reactions.ts"
import { Transaction } from "./shared/transaction.ts"
import { WebhookDispatch } from "./webhooks/index.ts"

const pollEvery = Duration.seconds(1)
const workersPerKind = 2
/** How many a sweep takes at once, so that its transaction stays short. */
const sweptAtOnce = 500
/** Fewer, for each carries all that it asked. */
const attemptsAtOnce = 100

export class Background extends Context.Service<
  Background,
  {
    /** Does everything that is due now, once: events, ticks, jobs. For tests and one-off runs. */
    readonly settle: Effect.Effect<void>
    /** Goes on until it is interrupted. */
    readonly run: Effect.Effect<never>
  }
>()("lyceum/Background") {
  static readonly layer = Layer.effect(
    Background,
    Effect.gen(function* () {
      const reactions = yield* Reactions
      const workers = yield* JobWorkers
      const dispatch = yield* WebhookDispatch
      const certificates = yield* CertificateReaction
      const learning = yield* LearningReactions
      const roles = yield* Roles
      const entitlements = yield* Entitlements
      const attempts = yield* Attempts
      const courses = yield* Courses
      const addresses = yield* ClientAddresses
      const keys = yield* IdempotencyKeys
      const transaction = yield* Transaction

      const subscriptions: ReadonlyArray<Subscription> = [
        learning.completions,
        learning.analytics,
        certificates.listener,
        dispatch.listener
      ]
      const deliver = Effect.forEach(subscriptions, reactions.deliver, { discard: true })

      const sweepEntitlements = Effect.repeat(entitlements.sweep({ limit: sweptAtOnce }), {
        while: ({ more }) => more
      })
      const sweepRoles = Effect.repeat(roles.sweepExpired({ limit: sweptAtOnce }), {
        while: ({ expired }) => expired === sweptAtOnce
      })
      const expireAttempts = Effect.repeat(attempts.sweepExpired({ limit: attemptsAtOnce }), {
        while: ({ more }) => more
      })
      const tellPublished = Effect.repeat(courses.tellPublished({ limit: sweptAtOnce }), {
        while: ({ more }) => more
      })
      const forgetKeys = Effect.flatMap(currentInstant, (now) =>
        transaction.run(keys.forgetBefore(DateTime.subtractDuration(now, retention)))
      )

      const work: ScheduleWork = {
        deliver_outbox: deliver,
        sweep_entitlements: sweepEntitlements,
        sweep_role_assignments: sweepRoles,
        expire_attempts: expireAttempts,
        tell_published: tellPublished,
        forget_idempotency_keys: forgetKeys,
        rotate_address_salts: Effect.flatMap(currentInstant, addresses.destroyOldSalts),
        forget_finished_jobs: workers.forgetFinished,
        forget_webhook_deliveries: dispatch.forgetSettled
      }
      const handlers: JobHandlers = { webhook_call: dispatch.call, schedule: scheduleHandler(work) }

      return Background.of({
        settle: Effect.all([deliver, workers.tick, workers.runDue(handlers)], { discard: true }),
        run: Effect.all(
          [
            reactions.run(subscriptions, pollEvery),
            workers.keepTime(pollEvery),
            workers.run(handlers, { concurrency: workersPerKind, pollEvery })
          ],
          { concurrency: "unbounded", discard: true }
        ).pipe(Effect.andThen(Effect.never))
      })
    })
  )
}
