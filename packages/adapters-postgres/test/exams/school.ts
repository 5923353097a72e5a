/** A small school with every kind of assessment, the same on every store: its ids come from the seed alone. */
import { Overrides, Rules } from "@lyceum/core/access"
import {
  type AssessmentId,
  Assessments,
  type NewAssessment,
  type QuestionContent,
  Questions,
  type Scope
} from "@lyceum/core/assessments"
import { Courses, Lessons, type ModuleId, Modules } from "@lyceum/core/content"
import { Username, Users } from "@lyceum/core/identity"
import { RoleName, Roles } from "@lyceum/core/rbac"
import {
  type CourseId,
  CurrentActor,
  type LessonId,
  Reason,
  service,
  Slug,
  user,
  UserId
} from "@lyceum/core/shared"
import { DateTime, Effect } from "effect"

const person = (end: string) => UserId.make(`22222222-2222-4222-8222-2222222222${end}`)
export const people = {
  learners: ["0a", "0b", "0c"].map(person),
  graders: ["1a", "1b"].map(person)
}
export const operator = service("operator")

export const opening = Date.UTC(2026, 0, 5)

const trueFalse: QuestionContent = {
  type: "true_false",
  body: "Ice floats.",
  points: 1,
  correctAnswers: { value: true }
}
const mcq: QuestionContent = {
  type: "mcq",
  body: "Which are prime?",
  points: 3,
  multiple: true,
  choices: ["2", "3", "4", "9"].map((text, index) => ({ id: `c${index}`, text })),
  correctAnswers: { choices: ["c0", "c1"] },
  scoring: "net_correct"
}
const ordering: QuestionContent = {
  type: "ordering",
  body: "From small to large",
  points: 4,
  choices: ["ant", "cat", "cow"].map((text, index) => ({ id: `o${index}`, text })),
  correctAnswers: { order: ["o0", "o1", "o2"] },
  scoring: "absolute"
}
const numeric: QuestionContent = {
  type: "numeric",
  body: "63 / 10",
  points: 2,
  correctAnswers: { value: "6.3", tolerance: { kind: "absolute", by: "0.05" } }
}
const openText: QuestionContent = { type: "open_text", body: "Why?", points: 5 }

const hour = 3600
type Plan = readonly [
  name: string,
  contents: ReadonlyArray<QuestionContent>,
  settings: Omit<NewAssessment, "scope" | "title">,
  published?: false
]

/** What may be taken: each way that an attempt begins, ends, waits and is refused has an assessment that leads there. */
const plans = (now: DateTime.Utc): ReadonlyArray<Plan> => [
  [
    "quiz",
    [trueFalse, mcq, ordering, numeric],
    { type: "quiz", passingScore: 50, shuffleQuestions: true, shuffleAnswers: true, retakeCooldownSec: 900 }
  ],
  [
    "exam",
    [trueFalse, mcq, openText],
    { type: "exam", givesCertificate: true, passingScore: 50, gradingMode: "hybrid", timeLimitSec: 600 }
  ],
  [
    "essay",
    [openText, trueFalse],
    { type: "exam", passingScore: 60, gradingMode: "manual", timeLimitSec: 900 }
  ],
  [
    "cert",
    [mcq, numeric],
    { type: "cert", passingScore: 60, timeLimitSec: 300, onExpiry: "grade_saved", gradePolicy: "average" }
  ],
  [
    "sprint",
    [trueFalse, numeric],
    { type: "quiz", passingScore: 100, timeLimitSec: 120, onExpiry: "discard" }
  ],
  ["twice", [trueFalse], { type: "quiz", passingScore: 100, attemptLimit: 2, gradePolicy: "first" }],
  ["later", [trueFalse], { type: "quiz", passingScore: 1, opensAt: DateTime.add(now, { hours: 12 }) }],
  ["over", [trueFalse], { type: "quiz", passingScore: 1, closesAt: DateTime.add(now, { hours: 6 }) }],
  ["hidden", [trueFalse], { type: "quiz", passingScore: 1 }, false],
  [
    "long",
    [openText, trueFalse],
    { type: "exam", passingScore: 50, gradingMode: "hybrid", timeLimitSec: hour }
  ]
]

/** Lessons that refuse, each in its own way; each has a quiz. */
const refusing = ["waits", "locked", "drips", "paid", "preview", "archived", "gone"] as const
type Refusing = (typeof refusing)[number]

const asOperator = Effect.provideService(CurrentActor, operator)
const asAuthor = Effect.provideService(CurrentActor, user(people.graders[0]!))

/** Publishes a lesson of a module. */
const liveLesson = Effect.fnUntraced(function* (
  moduleId: ModuleId,
  name: string,
  more: Partial<Parameters<Lessons["Service"]["add"]>[0]> = {}
) {
  const lessons = yield* Lessons
  const { id: lessonId } = yield* lessons.add({
    moduleId,
    type: "article",
    title: name,
    slug: Slug.make(`lesson-${name}`),
    textContent: "text",
    ...more
  })
  yield* lessons.submitForReview({ lessonId })
  yield* lessons.approve({ lessonId })
  return lessonId
})

const newCourse = Effect.fnUntraced(function* (slug: string) {
  const courses = yield* Courses
  const modules = yield* Modules
  const { id: courseId } = yield* courses.create({
    title: slug,
    slug: Slug.make(slug),
    category: "craft",
    instructorId: people.graders[0]!
  })
  const { id: moduleId } = yield* modules.add({ courseId, title: "A module", isPublished: true })
  return { courseId, moduleId }
})

const publishCourse = (courseId: CourseId) =>
  Courses.use((courses) =>
    Effect.andThen(courses.submitForReview({ courseId }), courses.approve({ courseId }))
  )

const newAssessment = Effect.fnUntraced(function* (
  name: string,
  scope: Scope,
  [contents, settings, published]: readonly [
    ReadonlyArray<QuestionContent>,
    Omit<NewAssessment, "scope" | "title">,
    boolean
  ]
) {
  const questions = yield* Questions
  const assessments = yield* Assessments
  const items = yield* Effect.forEach(contents, (content) =>
    Effect.map(asAuthor(questions.create({ content })), ({ id }) => ({
      questionId: id,
      isRequired: content.type === "true_false"
    }))
  )
  const { id: assessmentId, version } = yield* asAuthor(
    assessments.create({ scope, title: name, ...settings })
  )
  const paper = yield* assessments.setItems({ assessmentId, version, items })
  if (published) yield* assessments.publish({ assessmentId, version: paper.assessment.version })
  return assessmentId
})

const ofLesson = (lessonId: LessonId): Scope => ({ scope: "lesson", lessonId })
const aQuiz = [[trueFalse], { type: "quiz", passingScore: 1 }, true] as const

/** A course that takes a tier, one that is archived, and lessons that are shut in the open one. */
const openRefusing = Effect.fnUntraced(function* (open: {
  readonly moduleId: ModuleId
  readonly after: LessonId
}) {
  const lessons = yield* Lessons
  const courses = yield* Courses
  const [paid, gone] = [yield* newCourse("a-paid-course"), yield* newCourse("a-course-that-goes")]
  const now = yield* DateTime.now
  const places: Readonly<Record<Exclude<Refusing, "gone">, Effect.Effect<LessonId, unknown, any>>> = {
    waits: liveLesson(open.moduleId, "waits", { prerequisites: [open.after] }),
    locked: liveLesson(open.moduleId, "locked"),
    drips: liveLesson(open.moduleId, "drips", { drip: { opensAt: DateTime.add(now, { days: 300 }) } }),
    paid: liveLesson(paid.moduleId, "paid"),
    preview: liveLesson(paid.moduleId, "preview", { isFreePreview: true }),
    archived: liveLesson(open.moduleId, "archived")
  }
  const ids: Record<string, AssessmentId> = {}
  for (const [name, place] of Object.entries(places)) {
    const lessonId = yield* place
    ids[name] = yield* newAssessment(name, ofLesson(lessonId), aQuiz)
    if (name === "locked")
      yield* Overrides.use((overrides) => overrides.add({ lessonId, overrideType: "locked" } as never))
    if (name === "archived") yield* lessons.archive({ lessonId })
  }
  yield* Rules.use((rules) => rules.set({ courseId: paid.courseId, requiredTier: "premium" as never }))
  yield* publishCourse(paid.courseId)
  yield* liveLesson(gone.moduleId, "gone")
  yield* publishCourse(gone.courseId)
  ids["gone"] = yield* newAssessment("gone", { scope: "course", courseId: gone.courseId }, aQuiz)
  yield* courses.archive({ courseId: gone.courseId })
  return ids
})

/** Opens the school: people, courses, a lesson for each assessment; the exam is of the course. */
export const openSchool = Effect.gen(function* () {
  const users = yield* Users
  const roles = yield* Roles
  const now = yield* DateTime.now
  for (const [index, id] of [...people.learners, ...people.graders].entries()) {
    yield* users.createProfile({
      id,
      username: Username.make(`person-${index}`),
      displayName: `Person ${index}`
    })
  }
  for (const userId of people.graders) {
    yield* roles.grant({
      userId,
      role: RoleName.make("moderator"),
      reason: Reason.make("they grade what is handed in")
    })
  }
  const { courseId, moduleId } = yield* newCourse("a-course")
  const ids: Record<string, AssessmentId> = {}
  let after: LessonId | undefined
  for (const [name, contents, settings, published = true] of plans(now)) {
    const lessonId = yield* liveLesson(moduleId, name)
    after ??= lessonId
    const scope: Scope = name === "exam" ? { scope: "course", courseId } : ofLesson(lessonId)
    ids[name] = yield* newAssessment(name, scope, [contents, settings, published])
  }
  yield* publishCourse(courseId)
  return { courseId, assessments: { ...ids, ...(yield* openRefusing({ moduleId, after: after! })) } }
}).pipe(asOperator)
