/** The use cases of learners with their attempts, and of those who look after them. */
import { Context, Effect, Layer, Option } from "effect"
import { CurrentActor, requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import type { Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { InTransaction, Transaction } from "../../shared/transaction.ts"
import { AttemptNotFound } from "../errors.ts"
import type { Attempt, AttemptId } from "../model/index.ts"
import { attemptOperations } from "../operations/attempts.ts"
import { AttemptStore, Sittings } from "../ports.ts"
import * as rules from "../rules/attempt.ts"
import { endingOf } from "../rules/audit.ts"
import { overdueBefore } from "../rules/deadline.ts"
import { circumstancesReader, machine, integrity, keeper } from "./keeping.ts"
import { recordQueries } from "./records.ts"
import { starter } from "./starting.ts"
import { viewer } from "./viewing.ts"

const sweptAtOnce = 100

/** How a start is refused to who may just have run out of time. */
const refusedAfterEnding: ReadonlySet<string> = new Set([
  "assessments.awaiting_review",
  "assessments.closed",
  "assessments.retake_too_soon",
  "assessments.attempt_limit_reached"
])

/** Ends attempts that ran out of time. Source: ASM-6, OPS-4. */
const endings = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const outbox = yield* Outbox
  const transaction = yield* Transaction
  const intact = yield* integrity
  const circumstances = yield* circumstancesReader
  const { store } = yield* keeper

  /** Ends those whose time is up, and answers how many; a corrupt one is left for a person to look at. */
  const end = Effect.fnUntraced(function* (held: ReadonlyArray<Attempt>) {
    const { now } = yield* InTransaction
    const steps = yield* Effect.forEach(held, (one) =>
      intact(one).pipe(
        Effect.flatMap((before) =>
          Effect.map(circumstances.ofEnding(before, now), (around) => {
            const decision = rules.settle(before, around)
            return [{ before, decision, actionType: endingOf(decision.state), performedBy: machine }]
          })
        ),
        Effect.catchTag("assessments.snapshot_corrupt", () => Effect.succeed([]))
      )
    )
    const ended = steps.flat().filter(({ decision }) => decision.events.length > 0)
    yield* Effect.forEach(ended, (step) => store(step, now), { discard: true })
    yield* outbox.append(ended.flatMap(({ decision }) => decision.events))
    return ended.length
  })

  return {
    sweep: Effect.fnUntraced(function* (limit: number) {
      const { now } = yield* InTransaction
      const { graceMillis } = yield* circumstances.ofEnding(undefined, now)
      const due = yield* attempts.claimOverdue(overdueBefore(now, graceMillis), limit)
      const ended = yield* end(due)
      // What a pause still keeps open is found again by the next sweep, not by this one.
      return { ended, more: due.length === limit && ended > 0 }
    }),
    /**
     * A refusal rolls its transaction back, and the end of the attempt with it: that is stored in one of its own. Should
     * it fail, reads go on showing the end, and the sweep stores it.
     */
    afterRefusal:
      <I, A, E extends { readonly _tag: string }>(
        method: (input: I) => Effect.Effect<A, E, CurrentActor>,
        isOfEnded: (refusal: E) => boolean,
        find: (input: I) => Effect.Effect<Option.Option<Attempt>, never, InTransaction | CurrentActor>
      ) =>
      (input: I) =>
        Effect.tapError(method(input), (refusal) =>
          isOfEnded(refusal)
            ? transaction.run(
                Effect.flatMap(find(input), (found) =>
                  Effect.provideService(end(Option.toArray(found)), CurrentActor, machine)
                )
              )
            : Effect.void
        )
  }
})

/** One's own, held. What belongs to others is not there (KER-11). */
const ownAttempts = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const sittings = yield* Sittings
  const intact = yield* integrity

  const own = Effect.fnUntraced(function* <A extends { readonly attempt: Attempt }>(
    found: Option.Option<A>,
    attemptId: AttemptId,
    { actor }: Standing
  ) {
    if (Option.isNone(found) || found.value.attempt.userId !== userIdOf(actor))
      return yield* new AttemptNotFound({ id: attemptId })
    yield* intact(found.value.attempt)
    return found.value
  })

  return {
    heldAlone: (attemptId: AttemptId, me: Standing) =>
      Effect.flatMap(attempts.findForUpdate(attemptId), (found) =>
        own(
          Option.map(found, (attempt) => ({ attempt })),
          attemptId,
          me
        )
      ),
    /** With what its end takes. */
    heldToEnd: (attemptId: AttemptId, me: Standing) =>
      Effect.flatMap(sittings.findForUpdate(attemptId), (found) => own(found, attemptId, me))
  }
})

const answering = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const door = yield* Door
  const circumstances = yield* circumstancesReader
  const views = yield* viewer
  const { keep } = yield* keeper
  const { heldAlone, heldToEnd } = yield* ownAttempts
  const { afterRefusal } = yield* endings

  const afterDeadline = <I extends { readonly attemptId: AttemptId }, A, E extends { readonly _tag: string }>(
    method: (input: I) => Effect.Effect<A, E, CurrentActor>
  ) =>
    afterRefusal(
      method,
      ({ _tag }) => _tag === "assessments.deadline_passed",
      ({ attemptId }) => attempts.findForUpdate(attemptId)
    )

  return {
    save: afterDeadline(
      door.command(
        attemptOperations.save,
        Effect.fnUntraced(function* ({ attemptId, auto = false, responses, revision }, { me, now }) {
          const { attempt } = yield* heldAlone(attemptId, me)
          const around = yield* circumstances.ofAnswering(attempt, now)
          const saved = yield* Effect.fromResult(rules.save(attempt, { auto, responses, revision }, around))
          if (!saved.ignored) yield* attempts.update(saved.state)
          return { ignored: saved.ignored, revision: saved.state.revision }
        })
      )
    ),
    submit: afterDeadline(
      door.command(
        attemptOperations.submit,
        Effect.fnUntraced(function* ({ attemptId, responses = [], revision, sessionId }, { me, now }) {
          const sitting = yield* heldToEnd(attemptId, me)
          const { attempt: before } = sitting
          const around = yield* circumstances.ofSitting(sitting, now)
          const submission = { responses, revision, sessionId }
          const decision = yield* Effect.fromResult(rules.submit(before, submission, around))
          const actionType = endingOf(decision.state)
          yield* keep({ before, decision, actionType, performedBy: machine }, now)
          return yield* views.endedIn(decision.state, sitting, now)
        })
      )
    ),
    abandon: afterDeadline(
      door.command(
        attemptOperations.abandon,
        Effect.fnUntraced(function* ({ attemptId }, { me, now }) {
          const sitting = yield* heldToEnd(attemptId, me)
          const { attempt: before } = sitting
          const around = yield* circumstances.ofAnswering(before, now)
          const decision = yield* Effect.fromResult(rules.abandon(before, around))
          yield* keep({ before, decision, actionType: undefined, performedBy: me.actor }, now)
          return yield* views.endedIn(decision.state, sitting, now)
        })
      )
    )
  }
})

export class Attempts extends Context.Service<Attempts, Methods<typeof attemptOperations>>()(
  "lyceum/assessments/Attempts"
) {
  static readonly layer = Layer.effect(
    Attempts,
    Effect.gen(function* () {
      const door = yield* Door
      const start = yield* starter
      const attempts = yield* AttemptStore
      const { afterRefusal, sweep } = yield* endings
      return Attempts.of({
        ...(yield* answering),
        ...(yield* recordQueries),
        start: afterRefusal(
          door.command(attemptOperations.start, ({ assessmentId }, call) => start(assessmentId, call)),
          ({ _tag }) => refusedAfterEnding.has(_tag),
          Effect.fnUntraced(function* ({ assessmentId }) {
            const userId = userIdOf(yield* CurrentActor)
            if (userId === undefined) return Option.none()
            return (yield* attempts.learnerStateForUpdate(assessmentId, userId)).active
          })
        ),
        sweepExpired: door.command(
          attemptOperations.sweepExpired,
          Effect.fnUntraced(function* ({ limit = sweptAtOnce }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            return yield* sweep(limit)
          })
        )
      })
    })
  )
}
