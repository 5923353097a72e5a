/** Courses, modules and lessons. */
import {
  Course,
  InstructorNotFound,
  type Lesson,
  lessonBodyFields,
  Module,
  ModuleKeyTaken,
  WholeLesson
} from "@lyceum/core/content"
import {
  type CatalogueFilter,
  CourseStore,
  LessonStore,
  ModuleStore,
  searchText
} from "@lyceum/core/content/ports"
import { AssetNotFound } from "@lyceum/core/media"
import { DateTime, Effect, Layer, Option } from "effect"
import { childRows } from "./content-children.ts"
import { tagRows } from "./content-tags.ts"
import { MemoryDatabase, table } from "./database.ts"
import { profileRows } from "./identity.ts"
import { assetRows } from "./media.ts"
import { pageOf } from "./order.ts"

export const courseRows = table("content.courses", Course)
export const moduleRows = table("content.modules", Module)
export const lessonRows = table("content.lessons", WholeLesson)

const toTeaser = (lesson: WholeLesson): Lesson =>
  Object.fromEntries(
    Object.entries(lesson).filter(([field]) => !Object.hasOwn(lessonBodyFields, field))
  ) as Lesson

/** The lessons of modules in the order of the modules, then in their own. */
const inCourseOrder = <L extends Pick<Lesson, "moduleId" | "lessonOrder">>(
  modules: ReadonlyArray<Module>,
  lessons: ReadonlyArray<L>
) =>
  modules.flatMap(({ id }) =>
    lessons.filter(({ moduleId }) => moduleId === id).sort((a, b) => a.lessonOrder - b.lessonOrder)
  )

const structure = (database: MemoryDatabase["Service"], courseId: string) =>
  Effect.gen(function* () {
    const modules = (yield* moduleRows(database).all)
      .filter((module) => module.courseId === courseId)
      .sort((a, b) => a.moduleOrder - b.moduleOrder)
    const lessons = (yield* lessonRows(database).all).filter((lesson) => lesson.courseId === courseId)
    return { modules, lessons: inCourseOrder(modules, lessons) }
  })

const removeLesson = (database: MemoryDatabase["Service"], id: string) =>
  Effect.andThen(childRows(database).removeOf("lesson", id), lessonRows(database).remove(id))

const catalogueKey = (sort: CatalogueFilter["sort"]) => (course: Course) =>
  sort === "title"
    ? [course.title, course.id]
    : sort === "popularity"
      ? [course.learnerCount, course.id]
      : [DateTime.formatIso(course.publishedAt ?? course.createdAt), course.id]

const isPublishedBy = (now: DateTime.Utc) => (course: Course) =>
  course.workflowStatus === "published" &&
  (course.publishAt === undefined || DateTime.isLessThanOrEqualTo(course.publishAt, now))

export const courseStoreLayer = Layer.effect(
  CourseStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = courseRows(database)
    const tags = tagRows(database)
    const profiles = profileRows(database)

    const put = Effect.fnUntraced(function* (course: Course) {
      const known = yield* Effect.filter(course.tags, (slug) => Effect.map(tags.find(slug), Option.isSome))
      yield* rows.put(course.id, { ...course, tags: [...known].sort() })
    })
    const putTaught = Effect.fnUntraced(function* (course: Course) {
      const { instructorId } = course
      if (instructorId !== undefined && Option.isNone(yield* profiles.find(instructorId))) {
        return yield* new InstructorNotFound({ instructorId })
      }
      yield* put(course)
    })

    return CourseStore.of({
      find: (id) => rows.find(id),
      findForUpdate: (id) => rows.find(id),
      insert: putTaught,
      update: Effect.fnUntraced(function* (course) {
        const { instructorId } = Option.getOrThrow(yield* rows.find(course.id))
        const { instructorId: _, ...rest } = course
        yield* put({ ...rest, ...(instructorId !== undefined && { instructorId }) })
      }),
      updateInstructor: putTaught,
      remove: Effect.fnUntraced(function* (id) {
        const { lessons, modules } = yield* structure(database, id)
        yield* Effect.forEach(lessons, (lesson) => removeLesson(database, lesson.id), { discard: true })
        yield* Effect.forEach(modules, (module) => moduleRows(database).remove(module.id), { discard: true })
        yield* childRows(database).removeOf("course", id)
        yield* rows.remove(id)
      }),
      contents: (id) =>
        Effect.map(structure(database, id), ({ lessons, modules }) => ({
          modules,
          lessons: lessons.map(toTeaser)
        })),
      list: ({ all: everything, inReview, ownedBy, status }, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(
              (course) =>
                (status === undefined || course.workflowStatus === status) &&
                (everything ||
                  (inReview && course.workflowStatus === "in_review") ||
                  (ownedBy !== undefined &&
                    (course.createdBy === ownedBy || course.instructorId === ownedBy)))
            ),
            ({ id }) => [id],
            { after, count, order: "descending" }
          )
        ),
      catalogue: ({ category, difficulty, sort, tag, words }, now, page) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all
              .filter(isPublishedBy(now))
              .filter((course) => words.every((word) => searchText(course).includes(word)))
              .filter((course) => category === undefined || course.category === category)
              .filter((course) => difficulty === undefined || course.difficulty === difficulty)
              .filter((course) => tag === undefined || course.tags.includes(tag)),
            catalogueKey(sort),
            { ...page, order: sort === "title" ? "ascending" : "descending" }
          )
        )
    })
  })
)

export const moduleStoreLayer = Layer.effect(
  ModuleStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = moduleRows(database)
    const put = Effect.fnUntraced(function* (module: Module) {
      const { courseId, id, key } = module
      const others = (yield* rows.all).filter((other) => other.courseId === courseId && other.id !== id)
      if (others.some((other) => other.key === key)) return yield* new ModuleKeyTaken({ key })
      yield* rows.put(id, module)
    })
    return ModuleStore.of({
      find: (id) => rows.find(id),
      insert: put,
      update: put,
      remove: Effect.fnUntraced(function* (id) {
        const lessons = (yield* lessonRows(database).all).filter(({ moduleId }) => moduleId === id)
        yield* Effect.forEach(lessons, (lesson) => removeLesson(database, lesson.id), { discard: true })
        yield* rows.remove(id)
      }),
      arrange: (order) =>
        Effect.forEach(
          order,
          (id, index) =>
            Effect.flatMap(rows.find(id), (module) =>
              rows.put(id, { ...Option.getOrThrow(module), moduleOrder: index + 1 })
            ),
          { discard: true }
        )
    })
  })
)

export const lessonStoreLayer = Layer.effect(
  LessonStore,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = lessonRows(database)
    const assets = assetRows(database)
    const put = Effect.fnUntraced(function* (lesson: WholeLesson) {
      const { primaryMediaId } = lesson
      if (primaryMediaId !== undefined && Option.isNone(yield* assets.find(primaryMediaId))) {
        return yield* new AssetNotFound({ assetId: primaryMediaId })
      }
      yield* rows.put(lesson.id, lesson)
    })
    return LessonStore.of({
      find: (id) => Effect.map(rows.find(id), Option.map(toTeaser)),
      findWhole: (id) => rows.find(id),
      listWhole: (courseId) => Effect.map(structure(database, courseId), ({ lessons }) => lessons),
      insert: put,
      update: put,
      remove: (id) => removeLesson(database, id),
      arrange: (moduleId, order) =>
        Effect.forEach(
          order,
          (id, index) =>
            Effect.flatMap(rows.find(id), (lesson) =>
              rows.put(id, { ...Option.getOrThrow(lesson), moduleId, lessonOrder: index + 1 })
            ),
          { discard: true }
        )
    })
  })
)
