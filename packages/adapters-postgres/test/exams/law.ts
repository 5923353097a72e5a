/**
 * Exams as they are lived, on memory and on PostgreSQL at once: 20 160 commands, in two files so that two workers share
 * them, with clocks that move, reactions that break and times without writes. Every answer and every table must be the
 * same, every edge of the machine and every refusal must be met. Source: ASM-1 to ASM-13, ASM-17 to ASM-21, ASM-28,
 * CRT-1 to CRT-7.
 */
import { MemoryDatabase } from "@lyceum/adapters-memory"
import { useCases } from "@lyceum/core"
import type { Attempt, AttemptId } from "@lyceum/core/assessments"
import { type Operation, user } from "@lyceum/core/shared"
import { assert, it } from "@effect/vitest"
import { Context, Effect } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { bothStates } from "../state.ts"
import { opening, openSchool, operator, people } from "./school.ts"
import { type Call, callOf, draws, type Known, statesOf } from "./steps.ts"
import { bothStores, pause, play, randomFrom, settle } from "./stores.ts"

/** Few, since memory reads all there is for every question. */
const stepsEach = 420

const commandOf: Readonly<Record<string, string>> = {
  "attempts.start": "start",
  "attempts.save": "save_responses",
  "attempts.submit": "submit",
  "attempts.abandon": "abandon",
  "reviews.enqueue": "enqueue_for_manual_review",
  "attempts.grade": "grade_manual",
  "attempts.regrade": "regrade"
}

/** The edge that an attempt went, if it went one. */
const edgeOf = (operation: string, before: Attempt | undefined, after: Attempt): string | undefined => {
  if (before === undefined) return `start: in_progress`
  if (before.revision === after.revision && before.status === after.status) return undefined
  const byClock = after.status === "expired" || ("autoSubmitted" in after && after.autoSubmitted)
  const command =
    before.status === "in_progress" && after.status !== "in_progress" && byClock
      ? "expire"
      : before.status === "graded"
        ? "regrade"
        : commandOf[operation]
  return command === undefined ? undefined : `${command}: ${before.status} > ${after.status}`
}

/** The machine of ASM-28, written down once more, so that a new edge has to be said twice. */
const everyEdge = [
  "abandon: in_progress > abandoned",
  "enqueue_for_manual_review: submitted > needs_review",
  "expire: in_progress > expired",
  "expire: in_progress > graded",
  "expire: in_progress > needs_review",
  "expire: in_progress > submitted",
  "grade_manual: needs_review > graded",
  "grade_manual: submitted > graded",
  "regrade: graded > graded",
  "save_responses: in_progress > in_progress",
  "start: in_progress",
  "submit: in_progress > graded",
  "submit: in_progress > needs_review",
  "submit: in_progress > submitted"
]

/** Keeps the ids and hashes of an answer; answers the attempt that it began. */
const learn = (
  known: Known,
  operation: string,
  seen: { readonly answer?: unknown }
): ReadonlyArray<AttemptId> => {
  const answer = seen.answer as Record<string, any> | undefined
  if (answer === undefined) return []
  if (operation === "certificates.issue") learnCertificate(known, answer["certificate"])
  if (operation === "certificates.correct") learnCertificate(known, answer)
  if (operation === "certificates.list") for (const one of answer["items"]) learnCertificate(known, one)
  if (operation !== "attempts.start" || known.attempts.has(answer["attempt"].id)) return []
  known.attempts.add(answer["attempt"].id)
  return [answer["attempt"].id]
}
const learnCertificate = (known: Known, { id, verifyHash }: any) => {
  known.certificates.add(id)
  known.hashes.add(verifyHash)
}

const bump = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

/** Everything that use cases tell of what happened, at the end. */
const readings = (known: Known): ReadonlyArray<Call> => [
  ...[...known.attempts].flatMap((attemptId) => [
    { operation: "attempts.inspect", actor: operator, input: { attemptId } },
    { operation: "reviews.trail", actor: operator, input: { attemptId } }
  ]),
  ...[...people.learners, ...people.graders].flatMap((userId) => [
    { operation: "certificates.list", actor: operator, input: { userId, limit: 100 } },
    { operation: "progress.list_courses", actor: user(userId), input: {} }
  ]),
  ...Object.values(known.assessments).flatMap((assessmentId) => [
    { operation: "assessments.paper", actor: operator, input: { assessmentId } },
    { operation: "corrections.list", actor: operator, input: { assessmentId } },
    { operation: "accommodations.list", actor: operator, input: { assessmentId } },
    { operation: "assessments.statistics", actor: operator, input: { assessmentId } }
  ])
]

const shapedDifferently = {
  "assessments.certificates": "memory keeps the place in the list of the revoked beside it",
  "assessments.assessments": "PostgreSQL keeps the scope in three columns",
  "assessments.grading_audit": "memory keeps the trail of an attempt as one list",
  "assessments.questions": "PostgreSQL keeps what a question says in columns",
  "assessments.question_versions": "PostgreSQL keeps the content in a column",
  "content.published_courses": "PostgreSQL keeps the document in a column",
  "content.published_lessons": "PostgreSQL keeps the document in a column",
  "access.tiers": "shipped at another instant",
  "util.event_deliveries": "memory keeps the event inside",
  "util.event_outbox": "compared by stories of everything",
  "util.idempotency_keys": "memory's key is one text",
  "util.feature_flags": "shipped at another instant",
  "util.jobs": "workers of either store take them in their own order",
  "public.profile_links": "memory keeps a list per profile",
  "rbac.roles": "memory keeps the permissions inside",
  "content.slugs": "PostgreSQL keeps those of courses and of lessons apart"
}

/** Rows that reactions make take the ids of events, and reactions of different learners come in no order. */
const nameless = (table: string, rows: ReadonlyArray<string>): ReadonlyArray<string> =>
  table === "learn.lesson_analytics" ? rows.map((row) => row.replace(/"id":"[^"]*"/, "")).sort() : rows

/** What only one of the two holds. */
const differences = (memory: ReadonlyArray<string>, postgres: ReadonlyArray<string>) => {
  const [left, right] = [new Set(memory), new Set(postgres)]
  return {
    memory: memory.filter((row) => !right.has(row)),
    postgres: postgres.filter((row) => !left.has(row))
  }
}

/** Codes that no story here can meet, and why. */
const unmet: Readonly<Record<string, string>> = {
  "access.no_rule": "only where courses without a rule are shut",
  "access.sign_in_required": "commands refuse visitors before they ask access",
  "assessments.snapshot_corrupt": "nothing here writes past the core; the laws of attempts do",
  "certificates.verification_limited":
    "takes an address, which is the doors' to tell; the laws of certificates have one"
}

/** Every refusal that these use cases name. */
const told = new Set(
  useCases
    .filter(({ context }) =>
      ["attempts", "reviews", "corrections", "accommodations", "certificates"].includes(context)
    )
    .flatMap(({ operations }): ReadonlyArray<Operation> => Object.values(operations))
    .flatMap(({ refusals }) =>
      refusals.map((refusal) => (refusal as unknown as { readonly identifier: string }).identifier)
    )
)

interface Counts {
  readonly edges: Map<string, number>
  readonly outcomes: Map<string, number>
}

const isOpen = ({ status }: Attempt) =>
  status === "in_progress" || status === "submitted" || status === "needs_review"

/** The same on each store, from the same randomness: what memory said, what PostgreSQL said. */
const onBoth = <A, E, R>(
  both: Effect.Success<typeof bothStores>,
  effect: Effect.Effect<A, E, R>,
  ...seed: ReadonlyArray<number>
): Effect.Effect<ReadonlyArray<A>, E> =>
  Effect.forEach(both as ReadonlyArray<Context.Context<any>>, (store) =>
    Effect.suspend(() => {
      randomFrom(...seed)
      return Effect.provide(effect, store as Context.Context<R>)
    })
  )

/** One school from its opening to the end of the story. */
const episode = Effect.fnUntraced(function* (number: number, { edges, outcomes }: Counts) {
  yield* TestClock.setTime(opening + number * 86_400_000)
  const both = yield* bothStores
  const [memory, postgres] = both
  const [school, twin] = yield* onBoth(both, openSchool, number)
  assert.deepStrictEqual(twin, school)
  const known: Known = {
    assessments: school!.assessments,
    attempts: new Set(),
    certificates: new Set(),
    hashes: new Set()
  }
  const open = new Set<AttemptId>()
  const steps = fc.sample(draws, { numRuns: stepsEach, seed: 20_260_105 + number })
  for (const [index, draw] of steps.entries()) {
    yield* TestClock.adjust(draw.passes)
    if (draw.how % 60 === 0) yield* settle(both, draw.how % 180 === 0)
    if (draw.how % 701 === 0) yield* pause(both, draw.which * 30)
    const call = yield* Effect.provide(callOf(draw, known), memory)
    const before = yield* Effect.provide(
      statesOf(new Set([...open, ...(call.attemptId ? [call.attemptId] : [])])),
      memory
    )
    const [onMemory, onPostgres] = yield* onBoth(both, play(call), number, index)
    assert.deepStrictEqual(
      onPostgres,
      onMemory,
      `${number}.${index} ${call.operation} ${JSON.stringify(call.input)}`
    )
    bump(outcomes, onMemory!.refusal?._tag ?? `${call.operation} ok`)
    const begun = learn(known, call.operation, onMemory!)
    const after = yield* Effect.provide(statesOf(new Set([...before.keys(), ...begun])), memory)
    for (const [id, attempt] of after) {
      const edge = edgeOf(call.operation, before.get(id), attempt)
      if (edge !== undefined) bump(edges, edge)
      if (isOpen(attempt)) open.add(id)
      else open.delete(id)
    }
  }
  // What one reaction tells, others follow.
  for (let times = 0; times < 3; times++) yield* settle(both, false)
  for (const call of readings(known)) {
    const [onMemory, onPostgres] = yield* onBoth(both, play(call), number)
    assert.deepStrictEqual(onPostgres, onMemory, call.operation)
  }
  const { entries } = Context.get(memory, MemoryDatabase)
  const state = yield* Effect.provide(bothStates(yield* entries, shapedDifferently), postgres)
  const different = Object.entries(state.memory).flatMap(([table, rows]) =>
    Object.entries(differences(nameless(table, rows), nameless(table, state.postgres[table]!))).flatMap(
      ([store, only]) => only.map((row) => [table, store, row])
    )
  )
  assert.deepStrictEqual(different, [], `${number}`)
}, Effect.scoped)

/** The law over so many schools from the `first` on; each half of them meets everything there is to meet. */
export const examsLaw = (first: number, schools: number) =>
  it.effect(
    `go the same way on memory and on PostgreSQL, whatever people do: schools ${first} to ${first + schools - 1} (ASM-28, CRT-1)`,
    () =>
      Effect.gen(function* () {
        const counts: Counts = { edges: new Map(), outcomes: new Map() }
        for (let number = first; number < first + schools; number++) yield* episode(number, counts)
        const lines = (all: Map<string, number>) =>
          [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `  ${name} ${count}`)
        const played = [...counts.outcomes.values()].reduce((sum, count) => sum + count, 0)
        console.log(
          [`exams: ${played} commands and queries`, ...lines(counts.edges), ...lines(counts.outcomes)].join(
            "\n"
          )
        )
        assert.deepStrictEqual([...counts.edges.keys()].sort(), everyEdge)
        assert.deepStrictEqual(
          [...told].filter((code) => !counts.outcomes.has(code)).sort(),
          Object.keys(unmet).sort(),
          "refusals that were never met"
        )
        assert.isAtLeast(played, schools * stepsEach)
      }),
    1_500_000
  )
