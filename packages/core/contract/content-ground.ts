/** What the contracts of content stand on: real people, courses in every state, and learners as a test says. */
import { Context, Effect, Layer, Ref } from "effect"
import { Courses, LearnerTraces, Lessons, Modules, Tags } from "../src/content/index.ts"
import { MediaLibrary, VideoLinks } from "../src/media/index.ts"
import { Roles } from "../src/rbac/index.ts"
import type { CourseId, LessonId, UserId } from "../src/shared/id.ts"
import type { Adapter, Ports } from "./ground.ts"
import { as, asService, holderOf, peopleOn, roleNamed } from "./people.ts"
import { unique } from "./samples.ts"

/** What somebody learned from, as a test says. */
export class Learned extends Context.Service<Learned, Ref.Ref<ReadonlySet<CourseId | LessonId>>>()(
  "lyceum/contract/Learned"
) {
  static readonly layer = Layer.effect(Learned, Ref.make<ReadonlySet<CourseId | LessonId>>(new Set()))
}

const learnedTraces = Layer.effect(
  LearnerTraces,
  Effect.map(Learned, (learned) =>
    LearnerTraces.of({
      existIn: ({ courseId, lessons }) =>
        Effect.map(Ref.get(learned), (all) =>
          lessons === "all" ? all.has(courseId) : lessons.some((id) => all.has(id))
        )
    })
  )
)

export const learnedFrom = (id: CourseId | LessonId) =>
  Effect.flatMap(Learned, (learned) => Ref.update(learned, (all) => new Set([...all, id])))

/** Content and media over real people; a context above may add to what a test says was learned from. */
export const schoolOn = (
  adapter: Adapter,
  traces: Layer.Layer<LearnerTraces, never, Ports | LearnerTraces> = Layer.effect(
    LearnerTraces,
    LearnerTraces
  )
) =>
  Layer.mergeAll(Courses.layer, Modules.layer, Lessons.layer, Tags.layer, MediaLibrary.layer).pipe(
    Layer.provideMerge(
      Layer.merge(
        VideoLinks.layer,
        traces.pipe(Layer.provide(learnedTraces), Layer.provideMerge(Learned.layer))
      )
    ),
    Layer.provideMerge(peopleOn(adapter))
  )

export const slug = (word: string): string => unique(word).replaceAll("_", "-")

/** An author, somebody who reviews and publishes, an admin, and somebody who only learns. */
export const staff = Effect.gen(function* () {
  return {
    author: yield* holderOf("instructor"),
    other: yield* holderOf("instructor"),
    editor: yield* holderOf("moderator"),
    reviewer: yield* holderOf("moderator"),
    admin: yield* holderOf("admin"),
    learner: yield* holderOf()
  }
})

export const newCourse = (fields: Partial<Parameters<Courses["Service"]["create"]>[0]> = {}) =>
  Courses.use((courses) =>
    courses.create({ title: "A course", slug: slug("course"), category: "craft", ...fields })
  )

export const newModule = (
  courseId: CourseId,
  fields: Partial<Parameters<Modules["Service"]["add"]>[0]> = {}
) => Modules.use((modules) => modules.add({ courseId, title: "A module", isPublished: true, ...fields }))

type AddLesson = Parameters<Lessons["Service"]["add"]>[0]
export const newLesson = (moduleId: AddLesson["moduleId"], fields: Partial<AddLesson> = {}) =>
  Lessons.use((lessons) =>
    lessons.add({
      moduleId,
      type: "article",
      title: "A lesson",
      slug: slug("lesson"),
      textContent: "text",
      ...fields
    })
  )

/** A draft course of an author with a published module and lessons, all drafts. */
export const draftCourse = (author: UserId, count = 1) =>
  as(author)(
    Effect.gen(function* () {
      const course = yield* newCourse()
      const module = yield* newModule(course.id)
      const lessons = yield* Effect.forEach(Array.from({ length: count }), () => newLesson(module.id))
      return { course, module, lessons }
    })
  )

export const publishLesson = (lessonId: LessonId) =>
  asService(
    Lessons.use((lessons) =>
      Effect.andThen(lessons.submitForReview({ lessonId }), lessons.approve({ lessonId }))
    )
  )
export const publishCourse = (courseId: CourseId) =>
  asService(
    Courses.use((courses) =>
      Effect.andThen(courses.submitForReview({ courseId }), courses.approve({ courseId }))
    )
  )

/** A published course of an author, its lessons live. */
export const liveCourse = Effect.fnUntraced(function* (author: UserId, count = 1) {
  const { lessons, module, course } = yield* draftCourse(author, count)
  yield* Effect.forEach(lessons, ({ id }) => publishLesson(id))
  return { module, lessons, course: yield* publishCourse(course.id) }
})

/** Slugs of the lessons of each module, as the outline shows them to the actor. */
export const shownOf = (courseId: CourseId) =>
  Effect.map(
    Courses.use((courses) => courses.outline({ courseId })),
    ({ modules }) =>
      modules.map(({ lessons, moduleOrder }) => [moduleOrder, lessons.map(({ id }) => id)] as const)
  )

/** Somebody who may review and nothing else. */
export const reviewerOnly = Effect.gen(function* () {
  const roles = yield* Roles
  const name = unique("reader")
  yield* asService(
    roles.create({
      role: roleNamed(name),
      description: "Reviews",
      permissions: [{ permission: "content.review" }]
    })
  )
  return yield* holderOf(name)
})
