/** Starting an attempt, or going on with the one that runs. Source: ASM-1, ASM-2, ASM-10. */
import { Effect, Option, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { Allowed, courseReader, lessonReader } from "../../access/index.ts"
import { type Standing, userIdOf } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { Forbidden } from "../../shared/errors.ts"
import { newId, type UserId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { AssessmentNotFound } from "../errors.ts"
import { type AssessmentId, AttemptId, type Granted, type Scope } from "../model/index.ts"
import { AssessmentStore, AttemptStore, Prerequisites } from "../ports.ts"
import { endingOf } from "../rules/audit.ts"
import { freeze } from "../rules/snapshot.ts"
import { admit, begin, seedOf } from "../rules/start.ts"
import { runningView } from "../rules/views.ts"
import { circumstancesReader, machine, integrity, keeper, snapshotHasher } from "./keeping.ts"
import { viewer } from "./viewing.ts"

type Allowed = typeof Allowed.Type
type Refused = Effect.Error<ReturnType<Effect.Success<typeof lessonReader | typeof courseReader>["admit"]>>
const seedBytes = 16

/** Attempts are people's: a service takes none. */
export const learnerOf = ({ actor }: Standing): Effect.Effect<UserId, Forbidden> =>
  Effect.mapError(
    Effect.fromNullishOr(userIdOf(actor)),
    () => new Forbidden({ needs: "an account of one's own" })
  )

/** What is asked of others: whether the lesson or the course may be read, and what is to be finished before. */
const entry = Effect.gen(function* () {
  const lessons = yield* lessonReader
  const courses = yield* courseReader
  const prerequisites = yield* Prerequisites
  return Effect.fnUntraced(function* (scope: Scope, { me, now }: Call) {
    const asked = { actor: me.actor, now }
    const admitted: Effect.Effect<{ readonly decision: Allowed }, Refused> =
      scope.scope === "lesson" ? lessons.admit(asked, scope.lessonId) : courses.admit(asked, scope.courseId)
    return {
      access: Result.map(yield* Effect.result(admitted), ({ decision }) => ({
        previewOnly: decision.previewOnly === true
      })),
      prerequisitesUnmet: yield* prerequisites.unmet(me.actor, scope, now)
    }
  })
})

/** What decides, read in one place; the learner is held from here on, so that their starts come one after the other. */
const factsReader = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const assessments = yield* AssessmentStore
  const enter = yield* entry
  const intact = yield* integrity
  return Effect.fnUntraced(function* (assessmentId: AssessmentId, userId: UserId, call: Call) {
    const paper = yield* assessments.paper(assessmentId)
    if (Option.isNone(paper)) return yield* new AssessmentNotFound({ id: assessmentId })
    const entered = yield* enter(paper.value.assessment.scope, call)
    const state = yield* attempts.learnerStateForUpdate(assessmentId, userId)
    return {
      ...paper.value,
      ...entered,
      granted: Option.getOrElse(state.accommodation, (): Granted => ({})),
      active: Option.isSome(state.active) ? yield* intact(state.active.value) : undefined,
      attemptsStarted: state.attemptsStarted,
      lastEndedAt: Option.getOrUndefined(state.lastEndedAt)
    }
  })
})

export const starter = Effect.gen(function* () {
  const attempts = yield* AttemptStore
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  const readFacts = yield* factsReader
  const hashOf = yield* snapshotHasher
  const circumstances = yield* circumstancesReader
  const views = yield* viewer
  const { store } = yield* keeper

  const make = Effect.fnUntraced(function* (
    { asked, assessment, granted }: Effect.Success<ReturnType<typeof readFacts>>,
    { attemptNo, userId }: { readonly attemptNo: number; readonly userId: UserId },
    { now }: Call
  ) {
    const attemptSeed = seedOf(yield* random.randomBytes(seedBytes))
    const contentSnapshot = freeze(assessment, asked, attemptSeed)
    const contentSnapshotHash = yield* hashOf(contentSnapshot)
    const id = yield* newId(AttemptId, random)
    const given = { id, userId, attemptNo, attemptSeed, contentSnapshot, contentSnapshotHash, now }
    return begin(assessment, granted, given)
  })

  return Effect.fnUntraced(function* (assessmentId: AssessmentId, call: Call) {
    const { me, now } = call
    const userId = yield* learnerOf(me)
    const facts = yield* readFacts(assessmentId, userId, call)
    const { active } = facts
    const around = yield* circumstances.ofEnding(active, now)
    const admitted = yield* Effect.fromResult(admit(facts, around))
    if (admitted.kind === "resume")
      return { resumed: true, attempt: yield* views.running(admitted.attempt, now) }
    if (active !== undefined && admitted.ended !== undefined) {
      const { ended: decision } = admitted
      const actionType = endingOf(decision.state)
      yield* store({ before: active, decision, actionType, performedBy: machine }, now)
    }
    const { events, state } = yield* make(facts, { attemptNo: admitted.attemptNo, userId }, call)
    // The learner is held: nobody else can have begun.
    if (!(yield* attempts.insert(state))) return yield* Effect.die(`${userId} started twice at once`)
    yield* outbox.append([...(admitted.ended?.events ?? []), ...events])
    // What begins now overlaps no pause yet.
    return { resumed: false, attempt: runningView(state, yield* circumstances.ofAnswering(state, now)) }
  })
})
