/** What people do with attempts, drawn from numbers: mostly sensible, often not. It looks at the memory store to know what there is. */
import {
  type Answer,
  type Attempt,
  type AttemptId,
  type AttemptStatus,
  type Response,
  type SnapshotItem
} from "@lyceum/core/assessments"
import { AttemptStore } from "@lyceum/core/assessments/ports"
import { CertificateStore } from "@lyceum/core/certificates/ports"
import { type Actor, user, UserId } from "@lyceum/core/shared"
import { Effect, Option } from "effect"
import fc from "fast-check"
import { operator, people } from "./school.ts"

/** One step as chance has it. */
export interface Draw {
  readonly kind: Kind
  readonly who: number
  readonly which: number
  readonly how: number
  /** Milliseconds that pass before it. */
  readonly passes: number
}

/** A call of a use case: who, which, with what. */
export interface Call {
  readonly operation: string
  readonly actor: Actor
  readonly input: unknown
  /** The attempt that it is about, where there is one. */
  readonly attemptId?: AttemptId
}

const weights = {
  start: 15,
  save: 12,
  submit: 14,
  abandon: 3,
  get: 3,
  list: 3,
  claim: 5,
  release: 2,
  enqueue: 4,
  grade: 12,
  correct: 2,
  regrade: 4,
  accommodate: 3,
  withdraw: 2,
  look: 5,
  sweep: 2,
  issue: 3,
  revoke: 2,
  mendCertificate: 1,
  verify: 2
}
export type Kind = keyof typeof weights

const minute = 60_000
export const draws: fc.Arbitrary<Draw> = fc.record({
  kind: fc.oneof(
    ...Object.entries(weights).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) }))
  ),
  who: fc.nat({ max: 59 }),
  which: fc.nat({ max: 9999 }),
  how: fc.nat({ max: 999_999 }),
  passes: fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 20_000 }) },
    { weight: 3, arbitrary: fc.nat({ max: 4 * minute }) },
    { weight: 1, arbitrary: fc.nat({ max: 90 * minute }) }
  )
})

/** What the story knows: ids it has met, and the hashes of certificates. */
export interface Known {
  readonly assessments: Readonly<Record<string, string>>
  readonly attempts: Set<AttemptId>
  readonly certificates: Set<string>
  readonly hashes: Set<string>
}

const nobody = "01890000-0000-7000-8000-00000000dead"
const pick = <A>(all: ReadonlyArray<A>, number: number): A | undefined => all[number % all.length]

const right = (item: SnapshotItem): Answer => {
  switch (item.type) {
    case "mcq":
      return { choices: item.correctAnswers.choices }
    case "true_false":
      return { value: item.correctAnswers.value }
    case "ordering":
      return { order: item.correctAnswers.order }
    case "numeric":
      return { text: item.correctAnswers.value }
    default:
      return { text: "Because." }
  }
}
const wrong = (item: SnapshotItem): Answer => {
  switch (item.type) {
    case "mcq":
      return { choices: item.choices.slice(-1).map(({ id }) => id) }
    case "true_false":
      return { value: !item.correctAnswers.value }
    case "ordering":
      return { order: [...item.correctAnswers.order].reverse() }
    default:
      return { text: "0" }
  }
}
const bad: ReadonlyArray<Answer> = [
  { choices: ["no such choice"] },
  { order: ["1", "1"] },
  { pairs: [] },
  { text: "a text where none is asked" }
]

/** Answers to what is asked: good ones mostly, some wrong, some missing, now and then one that cannot be taken. */
const answers = (attempt: Attempt, how: number): ReadonlyArray<Response> =>
  attempt.contentSnapshot.items.flatMap((item, index) => {
    const luck = (how >> (index * 3)) & 7
    if (luck === 7) return []
    const answer =
      luck > 4 ? wrong(item) : luck === 4 && how % 11 === 0 ? bad[how % bad.length]! : right(item)
    return [{ questionId: item.questionId, answer }]
  })

const points = (item: SnapshotItem, how: number): string =>
  how % 13 === 0 ? String(item.points + 1) : how % 17 === 0 ? "many" : String((item.points * (how % 5)) / 4)

const reasons = ["because the key was wrong", "short", "as the committee decided"]
const attemptOf = Effect.fnUntraced(function* (
  known: Known,
  which: number,
  statuses: ReadonlyArray<AttemptStatus>
) {
  const store = yield* AttemptStore
  // The last ones, so that most steps meet what is going on.
  const recent = [...known.attempts].slice(-40)
  const found = yield* Effect.forEach(recent, (id) => store.find(id))
  const all = found.flatMap(Option.toArray)
  const fitting = all.filter(({ status }) => statuses.includes(status))
  return which % 8 === 0 || fitting.length === 0 ? pick(all, which >> 3) : pick(fitting, which >> 3)
})

const running: ReadonlyArray<AttemptStatus> = ["in_progress"]
const waiting: ReadonlyArray<AttemptStatus> = ["submitted", "needs_review"]

/** The learner whose attempt it is; another one now and then. */
const learnerOf = (attempt: Attempt | undefined, who: number): Actor =>
  user(attempt === undefined || who % 12 === 0 ? pick(people.learners, who >> 2)! : attempt.userId)
const graderFor = (who: number): Actor =>
  who % 10 === 0 ? user(people.learners[0]!) : who % 10 === 1 ? operator : user(pick(people.graders, who)!)

const revisionOf = (attempt: Attempt | undefined, how: number): number =>
  Math.max(0, (attempt?.revision ?? 0) - (how % 9 === 0 ? 1 : 0))

type Make = (draw: Draw, known: Known) => Effect.Effect<Call, never, AttemptStore | CertificateStore>

const about = (operation: string, actor: Actor, attempt: Attempt | undefined, more: object = {}): Call => ({
  operation,
  actor,
  input: { attemptId: attempt?.id ?? nobody, ...more },
  ...(attempt && { attemptId: attempt.id })
})
/** The first so many assessments of the school are taken; the others refuse. */
const lively = 6
const assessmentOf = ({ assessments }: Known, which: number) =>
  which % 41 === 0
    ? nobody
    : pick(Object.values(assessments).slice(0, which % 5 === 0 ? undefined : lively), which)!

const onAttempt =
  (statuses: ReadonlyArray<AttemptStatus>, call: (attempt: Attempt | undefined, draw: Draw) => Call): Make =>
  (draw, known) =>
    Effect.map(attemptOf(known, draw.which, statuses), (attempt) => call(attempt, draw))

const makers: Readonly<Record<Kind, Make>> = {
  start: ({ which, who }, known) =>
    Effect.succeed({
      operation: "attempts.start",
      actor: user(who === 0 ? people.graders[0]! : pick(people.learners, who)!),
      input: { assessmentId: assessmentOf(known, which) }
    }),
  save: onAttempt(running, (attempt, { how, who }) =>
    about("attempts.save", learnerOf(attempt, who), attempt, {
      revision: revisionOf(attempt, how),
      responses: attempt === undefined ? [] : answers(attempt, how).slice(0, (how % 3) + 1),
      ...(how % 2 === 0 && { auto: true })
    })
  ),
  submit: onAttempt(running, (attempt, { how, who }) =>
    about("attempts.submit", learnerOf(attempt, who), attempt, {
      revision: revisionOf(attempt, how),
      ...(how % 5 !== 0 && attempt && { responses: answers(attempt, how) }),
      ...(how % 3 === 0 && { sessionId: `session ${how % 7}` })
    })
  ),
  abandon: onAttempt(running, (attempt, { who }) =>
    about("attempts.abandon", learnerOf(attempt, who), attempt)
  ),
  get: onAttempt(running, (attempt, { who }) => about("attempts.get", learnerOf(attempt, who), attempt)),
  list: ({ which, who }, known) =>
    Effect.succeed(
      who % 2 === 0
        ? { operation: "attempts.list", actor: user(pick(people.learners, who)!), input: { limit: 5 } }
        : {
            operation: "attempts.final_grade",
            actor: user(pick(people.learners, who)!),
            input: { assessmentId: assessmentOf(known, which) }
          }
    ),
  claim: onAttempt(waiting, (attempt, { who }) => about("reviews.claim", graderFor(who), attempt)),
  release: onAttempt(waiting, (attempt, { who }) => about("reviews.release", graderFor(who), attempt)),
  enqueue: onAttempt(["submitted"], (attempt, { who }) => about("reviews.enqueue", graderFor(who), attempt)),
  grade: onAttempt([...waiting, ...waiting, "graded"], (attempt, { how, who }) =>
    about("attempts.grade", graderFor(who), attempt, {
      revision: revisionOf(attempt, how),
      grades: (attempt?.contentSnapshot.items ?? []).flatMap((item, index) =>
        item.type === "open_text" || how % 6 === index
          ? how % 19 === 0
            ? []
            : [{ questionId: item.questionId, points: points(item, how + index) }]
          : []
      ),
      ...(how % 2 === 0 && { feedback: "Well argued." }),
      ...(how % 3 !== 0 && { reason: reasons[how % reasons.length] })
    })
  ),
  correct: onAttempt(["graded"], (attempt, { how, who }) => {
    const item = attempt && pick(attempt.contentSnapshot.items, how)
    const act =
      how % 4 === 0
        ? { kind: "dropped" }
        : how % 4 === 1
          ? { kind: "full_points" }
          : { kind: "mended", key: { type: "true_false", correctAnswers: { value: how % 8 > 3 } } }
    return {
      operation: "corrections.add",
      actor: graderFor(who),
      input: {
        assessmentId: attempt?.assessmentId ?? nobody,
        questionId: how % 21 === 0 ? nobody : (item?.questionId ?? nobody),
        act,
        reason: reasons[how % reasons.length]
      }
    }
  }),
  regrade: onAttempt(["graded"], (attempt, { how, who }) => ({
    ...about("attempts.regrade", graderFor(who), attempt),
    input: {
      assessmentId: how % 31 === 0 ? nobody : (attempt?.assessmentId ?? nobody),
      ...(how % 3 === 0 && attempt && { attemptIds: [how % 23 === 0 ? nobody : attempt.id] }),
      policy: how % 2 === 0 ? "exact" : "never_lower",
      reason: "after a correction of the key",
      ...(how % 5 === 0 && { dryRun: true }),
      limit: 20
    }
  })),
  accommodate: ({ how, which, who }, known) =>
    Effect.succeed({
      operation: "accommodations.put",
      actor: graderFor(who),
      input: {
        assessmentId: assessmentOf(known, which),
        userId: how % 37 === 0 ? nobody : pick(people.learners, how)!,
        reason: "as the doctor's letter says",
        ...(how % 2 === 0 && { timeFactorPercent: 100 + (how % 5) * 25 }),
        ...(how % 3 === 0 && { extraTimeSec: how % 600 }),
        ...(how % 5 === 0 && { extraAttempts: how % 3 })
      }
    }),
  withdraw: ({ how, which, who }, known) =>
    Effect.succeed({
      operation: how % 2 === 0 ? "accommodations.withdraw" : "accommodations.get",
      actor: graderFor(who),
      input: {
        assessmentId: assessmentOf(known, which),
        userId: pick(people.learners, how)!,
        ...(how % 2 === 0 && { reason: "it is not needed any more" })
      }
    }),
  look: (draw, known) =>
    Effect.map(attemptOf(known, draw.which, ["graded", ...waiting]), (attempt) => {
      const assessmentId = assessmentOf(known, draw.which)
      const actor = graderFor(draw.who)
      const looks: ReadonlyArray<Call> = [
        { operation: "reviews.queue", actor, input: draw.how % 2 === 0 ? {} : { assessmentId } },
        { operation: "reviews.progress", actor, input: { assessmentId } },
        about("reviews.get", actor, attempt),
        about("reviews.trail", actor, attempt),
        about("attempts.inspect", actor, attempt),
        { operation: "attempts.list_of", actor, input: { assessmentId, limit: 7 } },
        { operation: "corrections.list", actor, input: { assessmentId } },
        { operation: "assessments.statistics", actor, input: { assessmentId } },
        { operation: "accommodations.list", actor, input: { assessmentId } }
      ]
      return pick(looks, draw.how)!
    }),
  sweep: ({ how, who }) =>
    Effect.succeed({
      operation: "attempts.sweep_expired",
      actor: who % 4 === 0 ? graderFor(who) : operator,
      input: { limit: (how % 4) + 1 }
    }),
  issue: onAttempt(["graded"], (attempt, { how, who }) => ({
    ...about("certificates.issue", who % 3 === 0 ? graderFor(who) : learnerOf(attempt, who), attempt),
    input: {
      attemptId: attempt?.id ?? nobody,
      ...(how % 9 === 0 && { userId: UserId.make(pick(people.learners, how)!) })
    }
  })),
  revoke: (draw, known) =>
    Effect.succeed({
      operation: "certificates.revoke",
      actor: graderFor(draw.who),
      input: {
        certificateId: pick([...known.certificates, nobody], draw.which),
        reason: draw.how % 5 === 0 ? "short" : "it was earned by somebody else"
      }
    }),
  mendCertificate: (draw, known) =>
    Effect.succeed({
      operation: "certificates.correct",
      actor: graderFor(draw.who),
      input: {
        certificateId: pick([...known.certificates, nobody], draw.which),
        reason: "the name has changed since"
      }
    }),
  verify: (draw, known) =>
    Effect.succeed({
      operation: draw.how % 3 === 0 ? "certificates.list" : "certificates.verify",
      actor: user(pick(people.learners, draw.who)!),
      input:
        draw.how % 3 === 0 ? {} : { hash: pick([...known.hashes, "no hash", "ab".repeat(32)], draw.which) }
    })
}

export const callOf = (draw: Draw, known: Known) => makers[draw.kind](draw, known)

/** The statuses of what may still change, by id; read before and after each step to see which way it went. */
export const statesOf = Effect.fnUntraced(function* (ids: Iterable<AttemptId>) {
  const store = yield* AttemptStore
  const found = yield* Effect.forEach([...ids], (id) => store.find(id))
  return new Map(found.flatMap(Option.toArray).map((attempt) => [attempt.id, attempt]))
})
