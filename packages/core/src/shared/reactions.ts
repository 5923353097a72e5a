/** Hands stored events to those who follow them: in order per key, again after a failure, parked in the end. Source: KER-18. */
import { Cause, Context, DateTime, Duration, Effect, Exit, Layer, Option, PubSub, Random } from "effect"
import { CurrentActor, service } from "./actor.ts"
import type { StoredEvent } from "./event.ts"
import type { Instant } from "./instant.ts"
import { Outbox, type Outcome, type Subscriber } from "./outbox.ts"
import { InTransaction, Transaction } from "./transaction.ts"

/** A subscriber with what it does. The reaction runs in the transaction that marks the event as handled. */
export interface Subscription extends Subscriber {
  readonly react: (event: StoredEvent) => Effect.Effect<void, unknown, InTransaction | CurrentActor>
}

/** Failed tries after which a delivery is parked. */
export const maxAttempts = 20
const firstDelay = Duration.seconds(1)
const longestDelay = Duration.minutes(15)

/**
 * What becomes of a delivery whose reaction failed for the `attempts`-th time: tried again after 1 s × 2^(attempts − 1),
 * at most 15 minutes, spread by up to a quarter (`jitter` in [0, 1]); parked at the 20th.
 */
export const afterFailure = (attempts: number, now: Instant, error: string, jitter: number): Outcome => {
  const exponential = Duration.toMillis(firstDelay) * 2 ** Math.min(attempts - 1, 30)
  const delay = Math.min(exponential, Duration.toMillis(longestDelay))
  return {
    status: attempts >= maxAttempts ? "failed" : "pending",
    attempts,
    nextAt: DateTime.add(now, { milliseconds: Math.round(delay * (0.75 + 0.25 * jitter)) }),
    lastError: error.slice(0, 1000)
  }
}

/** What one run of deliveries did. */
export interface Delivered {
  readonly handled: number
  readonly failed: number
}

export class Reactions extends Context.Service<
  Reactions,
  {
    /** Hands every due event to the subscription until none is due. Safe to run in many processes at once. */
    readonly deliver: (subscription: Subscription) => Effect.Effect<Delivered>
    /** Delivers to all subscriptions, now and whenever something is committed here or `pollEvery` has passed. Never ends. */
    readonly run: (
      subscriptions: ReadonlyArray<Subscription>,
      pollEvery: Duration.Input
    ) => Effect.Effect<never>
    /** Tells `run` that something was committed. */
    readonly nudge: Effect.Effect<void>
  }
>()("lyceum/shared/Reactions") {
  static readonly layer = Layer.effect(
    Reactions,
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const transaction = yield* Transaction
      const commits = yield* PubSub.sliding<void>(1)

      /** One event, one transaction: held, handed over in a savepoint, marked. */
      const deliverOne = Effect.fn("Reactions.deliverOne")(function* ({ react, subscriber }: Subscription) {
        const claimed = yield* outbox.claim(subscriber)
        if (Option.isNone(claimed)) return "none" as const
        const { attempts, event, nextAt } = claimed.value
        const exit = yield* transaction
          .run(react(event))
          .pipe(Effect.provideService(CurrentActor, service(subscriber)), Effect.exit)
        if (Exit.isSuccess(exit)) {
          yield* outbox.settle(subscriber, event.id, { status: "done", attempts, nextAt })
          return "handled" as const
        }
        if (Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
        const { now } = yield* InTransaction
        const outcome = afterFailure(attempts + 1, now, sentenceOf(exit.cause), yield* Random.next)
        yield* Effect.logWarning("a reaction failed", { subscriber, event: event.id, ...outcome })
        yield* outbox.settle(subscriber, event.id, outcome)
        return "failed" as const
      }, transaction.run)

      const deliver = Effect.fnUntraced(function* (subscription: Subscription) {
        const delivered = { handled: 0, failed: 0 }
        for (;;) {
          const result = yield* deliverOne(subscription)
          if (result === "none") return delivered
          delivered[result] += 1
        }
      })

      /** A loop for each, so that a slow subscriber keeps nobody else waiting. */
      const follow = (subscription: Subscription, pollEvery: Duration.Input) =>
        Effect.scoped(
          Effect.flatMap(PubSub.subscribe(commits), (news) =>
            deliver(subscription).pipe(
              Effect.catchCause((cause) => Effect.logError("deliveries stopped for a moment", cause)),
              Effect.andThen(Effect.raceFirst(PubSub.take(news), Effect.sleep(pollEvery))),
              Effect.forever
            )
          )
        )

      const run = (subscriptions: ReadonlyArray<Subscription>, pollEvery: Duration.Input) =>
        Effect.forEach(subscriptions, (subscription) => follow(subscription, pollEvery), {
          concurrency: "unbounded",
          discard: true
        }).pipe(Effect.andThen(Effect.never))

      return Reactions.of({ deliver, run, nudge: Effect.asVoid(PubSub.publish(commits, undefined)) })
    })
  )
}

/** The name of what went wrong, without its data: events and logs carry nothing personal (PRV-7). */
export const sentenceOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  return error !== null && typeof error === "object" && "_tag" in error
    ? String(error._tag)
    : error instanceof Error
      ? error.name
      : "unknown"
}
