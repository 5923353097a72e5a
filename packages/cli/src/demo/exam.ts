/** The second half of the story: an exam is passed, and anybody can check what it earned. */
import { Background } from "@lyceum/core"
import { Entitlements, EntitlementRef, EntitlementSource } from "@lyceum/core/access"
import { type Answer, Assessments, Attempts, type SnapshotItem } from "@lyceum/core/assessments"
import { Certificates } from "@lyceum/core/certificates"
import { Courses } from "@lyceum/core/content"
import { type Actor, anonymous, CurrentActor, service, Slug, user, type UserId } from "@lyceum/core/shared"
import { Console, DateTime, Effect } from "effect"

const say = (line: string) => Console.log(line)
const as = (actor: Actor) => Effect.provideService(CurrentActor, actor)
const office = service("office")

/** What is right, as whoever may see keys reads it. */
const right = (item: SnapshotItem): Answer => {
  switch (item.type) {
    case "mcq":
      return { choices: item.correctAnswers.choices }
    case "true_false":
      return { value: item.correctAnswers.value }
    case "matching":
      return { pairs: item.correctAnswers.pairs }
    case "ordering":
      return { order: item.correctAnswers.order }
    case "numeric":
      return { text: item.correctAnswers.value }
    case "short_text":
      return { text: item.correctAnswers.answers[0]?.text.replace("*", "") ?? "" }
    case "open_text":
      return { text: "Because it was measured." }
  }
}

/** Somebody takes the final exam of a course. Needs the services over a store with the demo school. */
export const passExam = Effect.fnUntraced(function* (userId: UserId) {
  const [attempts, certificates] = [yield* Attempts, yield* Certificates]
  const course = yield* as(anonymous)(
    Courses.use((courses) => courses.getBySlug({ slug: Slug.make("ai-foundations") }))
  )
  yield* as(office)(
    Entitlements.use((entitlements) =>
      entitlements.grant({
        userId,
        entitlementType: "course_specific",
        entitlementRef: EntitlementRef.make(course.id),
        source: EntitlementSource.make("demo"),
        sourceReference: `exam:${userId}`,
        reason: "to sit the exam of the story"
      })
    )
  )
  const { items } = yield* as(office)(
    Assessments.use((assessments) => assessments.list({ courseId: course.id }))
  )
  const exam = items.find(({ givesCertificate, isPublished }) => givesCertificate && isPublished)!
  yield* say(`\nJonas takes “${exam.title}”: ${exam.questionCount} questions, ${exam.passingScore} % to pass`)
  const { attempt } = yield* as(user(userId))(attempts.start({ assessmentId: exam.id }))
  yield* say(`  ✓ attempt ${attempt.attemptNo} began${until(attempt.deadline)}; no key leaves the server`)
  // The learner is shown questions alone; the story knows the answers as graders do.
  const { contentSnapshot } = yield* as(office)(attempts.inspect({ attemptId: attempt.id }))
  const responses = contentSnapshot.items.map((item) => ({
    questionId: item.questionId,
    answer: right(item)
  }))
  const half = responses.slice(0, responses.length >> 1)
  const { revision } = yield* as(user(userId))(
    attempts.save({ attemptId: attempt.id, revision: attempt.revision, responses: half })
  )
  const handedIn = { attemptId: attempt.id, revision, responses }
  const ended = yield* as(user(userId))(attempts.submit(handedIn))
  const percent = ended.percentageHundredths === undefined ? "" : `, ${ended.percentageHundredths / 100} %`
  yield* say(`  ✓ handed in: ${ended.status}${percent}, ${ended.passed === true ? "passed" : "not passed"}`)
  const again = yield* as(user(userId))(attempts.submit(handedIn))
  yield* say(`  ✓ handed in twice: the same result (revision ${again.revision})`)

  yield* Background.use(({ settle }) => settle)
  const [certificate] = (yield* as(user(userId))(certificates.list({}))).items
  if (certificate?.verifyHash === undefined) return
  yield* say(`\n  The certificate: ${certificate.serialNumber}`)
  const verified = yield* as(anonymous)(certificates.verify({ hash: certificate.verifyHash }))
  yield* say(
    `  Anybody who has its hash may check it: ${verified.status}, “${verified.title}”, ${verified.recipientName ?? ""}`
  )
})

const until = (deadline: DateTime.Utc | undefined) =>
  deadline === undefined ? "" : `, until ${DateTime.formatIso(deadline)}`
