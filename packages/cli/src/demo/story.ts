/** `lyceum demo`: the paywall and an exam as a story, in memory, touching no database. */
import { Access, Entitlements, EntitlementRef, EntitlementSource } from "@lyceum/core/access"
import { Courses, type Lesson, Lessons } from "@lyceum/core/content"
import { type Actor, anonymous, CurrentActor, service, Slug, user, type UserId } from "@lyceum/core/shared"
import { tellings } from "@lyceum/core"
import { Console, DateTime, Duration, Effect, Result } from "effect"
import { passExam } from "./exam.ts"
import { readSchool } from "./file.ts"
import { importSchool } from "./school.ts"

const say = (line: string) => Console.log(line)
const as = (actor: Actor) => Effect.provideService(CurrentActor, actor)

/** How long the learner of the story may read. */
const lent = Duration.seconds(3)

/** Somebody opens a lesson; the story tells what they see. */
const opens = Effect.fnUntraced(function* (who: string, actor: Actor, lesson: Lesson) {
  const access = yield* Access
  const result = yield* Effect.result(as(actor)(access.readLesson({ lessonId: lesson.id })))
  yield* say(`\n  ${who} opens “${lesson.title}”`)
  if (Result.isFailure(result)) {
    const { _tag } = result.failure
    const telling = tellings[_tag] as { readonly en: (refusal: unknown) => string }
    return yield* say(`    ✗ ${telling.en(result.failure)} (${_tag})`)
  }
  const { decision, lesson: read } = result.success
  const until = decision.until === undefined ? "" : `, until ${DateTime.formatIso(decision.until)}`
  yield* say(`    ✓ ${decision.method}${until}`)
  const body = "textContent" in read && typeof read.textContent === "string" ? read.textContent : ""
  const line = body.split("\n").find((text) => text.trim() !== "" && !text.startsWith("#"))
  if (line !== undefined) yield* say(`      “${line.slice(0, 100)}…”`)
})

const lendTo = Effect.fnUntraced(
  function* (userId: UserId, courseId: string) {
    const entitlements = yield* Entitlements
    const now = yield* DateTime.now
    const { entitlement } = yield* entitlements.grant({
      userId,
      entitlementType: "time_limited",
      entitlementRef: EntitlementRef.make(courseId),
      startsAt: now,
      expiresAt: DateTime.addDuration(now, lent),
      source: EntitlementSource.make("demo"),
      sourceReference: `lent:${userId}:${DateTime.formatIso(now)}`,
      reason: "a look inside, for three seconds"
    })
    yield* say(
      `\n  Billing grants Jonas the course for ${Duration.toSeconds(lent)} seconds (${entitlement.id})`
    )
  },
  as(service("billing"))
)

/** Needs the services over an empty store; it fills it with the demo school first. */
export const tellStory = Effect.gen(function* () {
  yield* importSchool
  const { school } = yield* readSchool
  const jonas = school.users.find(({ username }) => username === "jonas")!
  const [courses, lessons] = [yield* Courses, yield* Lessons]
  const { items } = yield* as(anonymous)(courses.catalogue({ sort: "title" }))
  yield* say("The catalogue, as a visitor sees it:")
  for (const { difficulty, title } of items) yield* say(`  · ${title} (${difficulty})`)

  const course = yield* as(anonymous)(courses.getBySlug({ slug: Slug.make("python-for-data") }))
  const { modules } = yield* as(anonymous)(courses.outline({ courseId: course.id }))
  const all = modules.flatMap((module) => module.lessons)
  const preview = all.find(({ isFreePreview }) => isFreePreview)!
  const paid = all.find(({ isFreePreview, type }) => !isFreePreview && type === "article")!
  const lesson = yield* as(anonymous)(lessons.get({ lessonId: paid.id }))

  yield* opens("A visitor", anonymous, preview)
  yield* opens("The visitor", anonymous, lesson)
  yield* opens("Jonas, who has a free account,", user(jonas.id), lesson)
  yield* lendTo(jonas.id, course.id)
  yield* opens("Jonas", user(jonas.id), lesson)
  yield* say(`\n  … ${Duration.toSeconds(lent)} seconds later`)
  yield* Effect.sleep(lent)
  yield* opens("Jonas", user(jonas.id), lesson)

  const access = yield* Access
  const explained = yield* as(service("support"))(
    access.explain({ resourceType: "lesson", id: lesson.id, userId: jonas.id })
  )
  yield* say("\nWhy? What support staff would see:")
  for (const line of explained.lines) yield* say(`  ${line}`)
  yield* passExam(jonas.id)
})
