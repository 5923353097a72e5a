/** A course, a paywall and a learner, in memory: run it with `node examples/quickstart/src/index.ts`. */
import { lyceumInMemory } from "@lyceum/adapters-memory/lyceum"
import { Access, EntitlementRef, Entitlements, EntitlementSource, Rules, TierKey } from "@lyceum/core/access"
import { courseOperations, Courses } from "@lyceum/core/content"
import { Users } from "@lyceum/core/identity"
import { type Actor, anonymous, CurrentActor, service, user, UserId } from "@lyceum/core/shared"
import { Effect, Result, Schema } from "effect"
import tea from "./tea.json" with { type: "json" }

const lea = UserId.make("11111111-1111-4111-8111-111111111111")
const as = (actor: Actor) => Effect.provideService(CurrentActor, actor)

/** A published course that asks for the tier `premium`, and a learner who has none. */
const setUp = Effect.gen(function* () {
  const courses = yield* Courses
  const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(courseOperations.import.input))
  yield* courses.import(yield* decode({ document: tea }))
  const course = yield* courses.getBySlug({ slug: "tea" })
  yield* (yield* Rules).set({ courseId: course.id, requiredTier: TierKey.make("premium") })
  yield* (yield* Users).createProfile({ id: lea, displayName: "Lea" })
  const { modules } = yield* courses.outline({ courseId: course.id })
  return modules.flatMap(({ lessons }) => lessons)
}).pipe(as(service("operator")))

export const program = Effect.gen(function* () {
  const lessons = yield* setUp
  const access = yield* Access
  const seen: Array<string> = []

  const look = Effect.fnUntraced(function* (who: string, actor: Actor) {
    for (const { id, title } of lessons) {
      const answer = yield* Effect.result(as(actor)(access.readLesson({ lessonId: id })))
      const what = Result.isSuccess(answer) ? answer.success.decision.method : answer.failure._tag
      seen.push(`${who} · ${title}: ${what}`)
    }
  })

  yield* look("visitor", anonymous)
  yield* look("learner", user(lea))
  const premium = {
    userId: lea,
    entitlementType: "tier",
    entitlementRef: EntitlementRef.make("premium"),
    source: EntitlementSource.make("gift"),
    // The same gift told twice is one gift: a grant has a reference, or an idempotency key.
    sourceReference: `welcome:${lea}`
  } as const
  yield* as(service("billing"))((yield* Entitlements).grant(premium))
  yield* look("premium learner", user(lea))
  return seen
}).pipe(Effect.provide(lyceumInMemory))

if (import.meta.main) console.log((await Effect.runPromise(program)).join("\n"))
