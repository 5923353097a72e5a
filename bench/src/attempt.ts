/**
 * An attempt of twenty questions, from PostgreSQL: started, saved three times, handed in and graded; by the use cases of
 * the core, and by functions of plpgsql over the same tables, one call each. Both must give the same percentage, and the
 * same points for each question, whatever learners answer.
 */
import { Assessments, Attempts, Questions } from "@lyceum/core/assessments"
import type { Answer, AttemptId, RunningView } from "@lyceum/core/assessments"
import { CourseId, CurrentActor, service, user, UserId } from "@lyceum/core/shared"
import { Effect, ManagedRuntime } from "effect"
import { SqlClient } from "effect/sql"
import { accessFunctions } from "./access-page.ts"
import { exam, type Meant } from "./attempt-exam.ts"
import { peerFunctions } from "./attempt-peer.ts"
import { type Bench, caseOf, interleaved, randomFrom, ratiosOf } from "./measure.ts"
import { schoolOnPostgres } from "./postgres.ts"

const learners = 2000
const id = (kind: number, index: number) =>
  `0195${String(kind).padStart(4, "0")}-0000-7000-8000-${String(index).padStart(12, "0")}`
const courseId = CourseId.make(id(2, 0))

/** A course for members of the second tier, which every learner is of. */
const fill = [
  `insert into public.profiles (id, username, display_name)
   select ('01950001-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'user-' || n, 'User ' || n from generate_series(0, ${learners - 1}) n`,
  `insert into content.courses (id, slug, title, description, category, difficulty, workflow_status, published_at, search_text, version)
   values ('${courseId}', 'course', 'Course', '', 'craft', 'beginner', 'published', now(), '', 1)`,
  `insert into access.course_access_rules (course_id, required_tier_id, is_active)
   select '${courseId}', t.id, true from access.tiers t where t.tier_key = 'basic'`,
  `insert into access.user_entitlements (id, user_id, entitlement_type, entitlement_ref, status, starts_at, source)
   select gen_random_uuid(), id, 'tier', 'basic', 'active', '2020-01-01', 'bench' from public.profiles`
]

const review = {
  responses: "never",
  score: "ended",
  items: "ended",
  keys: "never",
  explanations: "never"
} as const

/** Two exams of the same questions, one for each side: a learner may run one attempt at each. */
const makeExams = Effect.gen(function* () {
  const assessments = yield* Assessments
  const questions = yield* Questions
  const asked = yield* Effect.forEach(exam, ({ content }) => questions.create({ content }))
  const make = Effect.fnUntraced(function* (title: string) {
    const { id: assessmentId, version } = yield* assessments.create({
      scope: { scope: "course", courseId },
      title,
      type: "exam",
      timeLimitSec: 3600,
      passingScore: 60,
      shuffleQuestions: true,
      shuffleAnswers: true,
      review
    })
    const items = asked.map((question) => ({ questionId: question.id, isRequired: true }))
    yield* assessments.setItems({ assessmentId, version, items })
    return yield* assessments.publish({ assessmentId })
  })
  return {
    ours: yield* make("Ours"),
    peer: yield* make("The peer's"),
    placeOf: new Map<string, number>(asked.map((question, place) => [question.id, place]))
  }
})

/** One attempt to be made: who, and which of the ways to answer each question. */
interface Plan {
  readonly userId: UserId
  readonly meant: ReadonlyArray<Meant>
}
const planOf = (n: number): Plan => {
  const random = randomFrom(n)
  return {
    userId: UserId.make(id(1, n % learners)),
    // The right answer as often as all the others together.
    meant: exam.map(({ answers }) => answers[random(2) * random(answers.length)]!)
  }
}

/** What came of an attempt: its percentage and the points of each question, in hundredths. */
interface Outcome {
  readonly percentage: number | undefined
  readonly points: ReadonlyArray<number | undefined>
}

type Shown = RunningView["items"][number]
/** The author's name of a choice is told by its text; what learners send is the name they were shown. */
const shownAnswer = ({ choices = [], stems = [], targets = [] }: Shown, meant: Meant): Answer => {
  const among = (things: typeof choices) => (name: string) =>
    things.find(({ text }) => text === `${name[0]} number ${name.slice(1)}`)!.id
  if ("choices" in meant) return { choices: meant.choices.map(among(choices)) }
  if ("order" in meant) return { order: meant.order.map(among(choices)) }
  return "pairs" in meant
    ? {
        pairs: meant.pairs.map(({ stem, target }) => ({
          stem: among(stems)(stem),
          target: among(targets)(target)
        }))
      }
    : meant
}
const thirds = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const size = Math.ceil(all.length / 3)
  return [all.slice(0, size), all.slice(size, 2 * size), all.slice(2 * size)]
}

const sides = Effect.gen(function* () {
  const attempts = yield* Attempts
  const sql = yield* SqlClient.SqlClient
  const { ours, peer, placeOf } = yield* Effect.provideService(makeExams, CurrentActor, service("bench"))
  const outcome = (
    percentage: number | undefined,
    items: ReadonlyArray<{ readonly questionId: string; readonly pointsHundredths?: number }>
  ): Outcome => {
    const points = exam.map((): number | undefined => undefined)
    for (const { pointsHundredths, questionId } of items) points[placeOf.get(questionId)!] = pointsHundredths
    return { percentage, points }
  }

  const byUseCases = Effect.fnUntraced(function* ({ meant }: Plan) {
    const { attempt } = yield* attempts.start({ assessmentId: ours.id })
    const attemptId: AttemptId = attempt.id
    const responses = attempt.items.map((item) => ({
      questionId: item.questionId,
      answer: shownAnswer(item, meant[placeOf.get(item.questionId)!]!)
    }))
    let { revision } = attempt
    for (const part of thirds(responses))
      revision = (yield* attempts.save({ attemptId, revision, responses: part })).revision
    const ended = yield* attempts.submit({ attemptId, revision })
    return outcome(ended.percentageHundredths, ended.items)
  })

  interface Given {
    readonly id: string
    readonly items: ReadonlyArray<{ readonly questionId: string; readonly pointsHundredths?: number }>
    readonly percentageHundredths?: number
  }
  const byFunctions = Effect.fnUntraced(function* ({ meant, userId }: Plan) {
    const [begun] = yield* sql<{ readonly given: Given }>`
      select assessments.bench_start(${userId}::uuid, ${peer.id}::uuid) as given`
    const { id: attemptId, items } = begun!.given
    const responses = items.map(({ questionId }) => ({
      questionId,
      answer: meant[placeOf.get(questionId)!]!
    }))
    let revision = 0
    for (const part of thirds(responses)) {
      const [saved] = yield* sql<{ readonly revision: number }>`
        select assessments.bench_save(${userId}::uuid, ${attemptId}::uuid, ${revision}::int, ${JSON.stringify(part)}::jsonb) as revision`
      revision = saved!.revision
    }
    const [ended] = yield* sql<{ readonly given: Given }>`
      select assessments.bench_submit(${userId}::uuid, ${attemptId}::uuid, ${revision}::int) as given`
    return outcome(ended!.given.percentageHundredths, ended!.given.items)
  })
  const acting = (plan: Plan) => Effect.provideService(byUseCases(plan), CurrentActor, user(plan.userId))
  return { ours: acting, peer: byFunctions }
})

export const bench: Bench = async ({ quick }) => {
  const runtime = ManagedRuntime.make(schoolOnPostgres)
  try {
    const sql = await runtime.runPromise(SqlClient.SqlClient)
    for (const statement of [...fill, ...accessFunctions, ...peerFunctions])
      await runtime.runPromise(sql.unsafe(statement).unprepared)
    const { ours, peer } = await runtime.runPromise(sides)

    const agreed = quick ? 60 : 400
    const seen = new Set<number | undefined>()
    for (let n = 0; n < agreed; n += 1) {
      const [a, b] = await runtime.runPromise(Effect.all([ours(planOf(n)), peer(planOf(n))]))
      if (a.percentage === undefined || JSON.stringify(a) !== JSON.stringify(b))
        throw new Error(`the two disagree: ${JSON.stringify([a, b])}`)
      seen.add(a.percentage)
    }
    console.log(`both agree on ${agreed} attempts, of ${seen.size} different percentages`)
    await runtime.runPromise(sql`checkpoint`.unprepared)

    const cases = []
    for (const [name, target, concurrency, count] of [
      ["alone", 1.2, 1, quick ? 10 : 100],
      ["64 callers", 2, 64, quick ? 64 : 512]
    ] as const) {
      let next = 0
      const side = (take: (plan: Plan) => Effect.Effect<unknown, unknown>) => ({
        operations: count,
        run: () => {
          const plans = Array.from({ length: count }, () => planOf((next += 1)))
          return runtime.runPromise(Effect.forEach(plans, take, { concurrency, discard: true }))
        }
      })
      const costs = await interleaved(
        { ours: side(ours), peer: side(peer) },
        { rounds: quick ? 5 : 15, by: "wall" }
      )
      const middle = (all: ReadonlyArray<number>) =>
        Math.round([...all].sort((x, y) => x - y)[all.length >> 1] ?? NaN)
      console.log(
        `${name}: an attempt takes ${middle(costs.ours)} µs, by the functions ${middle(costs.peer)} µs`
      )
      cases.push(caseOf("attempt", name, ratiosOf(costs.ours, costs.peer), target))
    }
    return cases
  } finally {
    await runtime.dispose()
  }
}
