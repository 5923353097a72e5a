/** Slugs, revisions, histories, the board, and what is kept of what stopped being live. */
import { type BoardItem, boardOrder, type Revision, type WorkflowStatus } from "@lyceum/core/content"
import {
  ComingPublications,
  type ItemRef,
  KeptVersions,
  LessonBodies,
  Revisions,
  Slugs,
  type SlugScope,
  WorkflowHistory
} from "@lyceum/core/content/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { courseRows, lessonRows } from "./content.ts"
import {
  comingRows,
  historyKey,
  historyRows,
  keptCourseRows,
  keptLessonRows,
  revisionRows,
  slugKey,
  slugRows
} from "./content-children.ts"
import { MemoryDatabase } from "./database.ts"
import { compare, pageOf } from "./order.ts"

const nameOf = (scope: SlugScope) => (scope === "courses" ? scope : scope.lessonsOf)

export const slugsLayer = Layer.effect(
  Slugs,
  Effect.gen(function* () {
    const rows = slugRows(yield* MemoryDatabase)
    const find = (scope: SlugScope, slug: string) => rows.find(slugKey({ scope: nameOf(scope), slug }))
    return Slugs.of({
      find: (scope, slug) =>
        Effect.map(
          find(scope, slug),
          Option.map(({ itemId }) => (itemId === undefined ? {} : { itemId }))
        ),
      beginningWith: (scope, prefix) =>
        Effect.map(rows.all, (all) =>
          all
            .filter((row) => row.scope === nameOf(scope) && row.slug.startsWith(prefix))
            .map(({ slug }) => slug)
        ),
      take: Effect.fnUntraced(function* (scope, slug, itemId) {
        const known = yield* find(scope, slug)
        if (Option.isSome(known)) return known.value.itemId === itemId
        const row = { scope: nameOf(scope), slug, itemId, isReserved: false }
        yield* rows.put(slugKey(row), row)
        return true
      }),
      reserve: Effect.fnUntraced(function* (scope, slug) {
        const row = Option.getOrThrow(yield* find(scope, slug))
        yield* rows.put(slugKey(row), { ...row, isReserved: true })
      }),
      release: Effect.fnUntraced(function* (scope, slug) {
        const known = yield* find(scope, slug)
        if (Option.isSome(known) && !known.value.isReserved) yield* rows.remove(slugKey(known.value))
      })
    })
  })
)

const isOpen = ({ workflowStatus }: Revision) => workflowStatus === "draft" || workflowStatus === "in_review"
const isOf =
  ({ id, itemType }: ItemRef) =>
  (revision: Revision) =>
    revision.itemType === itemType &&
    (revision.itemType === "lesson" ? revision.lessonId : revision.courseId) === id

export const revisionsLayer = Layer.effect(
  Revisions,
  Effect.gen(function* () {
    const rows = revisionRows(yield* MemoryDatabase)
    return Revisions.of({
      findOpen: (item) =>
        Effect.map(rows.all, (all) =>
          Option.fromUndefinedOr(all.find((one) => isOpen(one) && isOf(item)(one)))
        ),
      listOpen: (courseId) =>
        Effect.map(rows.all, (all) => all.filter((one) => one.courseId === courseId && isOpen(one))),
      list: (item, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(all.filter(isOf(item)), ({ id }) => [id], { after, count, order: "descending" })
        ),
      insert: (revision) => rows.put(revision.id, revision),
      update: (revision) => rows.put(revision.id, revision),
      remove: (id) => rows.remove(id)
    })
  })
)

const boardKey = ({ id, since, workflowStatus }: BoardItem) => [
  boardOrder.indexOf(workflowStatus),
  DateTime.formatIso(since),
  id
]

export const workflowHistoryLayer = Layer.effect(
  WorkflowHistory,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const rows = historyRows(database)
    const courses = courseRows(database)
    const lessons = lessonRows(database)
    const revisions = revisionRows(database)

    const boardItems = Effect.gen(function* () {
      const allLessons = yield* lessons.all
      const lessonCount = (courseId: string) =>
        allLessons.filter((lesson) => lesson.courseId === courseId).length
      const facts = (item: {
        readonly workflowStatus: WorkflowStatus
        readonly createdBy?: BoardItem["createdBy"]
        readonly submittedAt?: DateTime.Utc
        readonly updatedAt: DateTime.Utc
      }) => ({
        workflowStatus: item.workflowStatus,
        since: item.submittedAt ?? item.updatedAt,
        ...(item.createdBy !== undefined && { createdBy: item.createdBy })
      })
      return [
        ...(yield* courses.all).map((course): BoardItem => ({
          itemType: "course",
          id: course.id,
          courseId: course.id,
          isRevision: false,
          title: course.title,
          lessonCount: lessonCount(course.id),
          ...facts(course)
        })),
        ...allLessons.map((lesson): BoardItem => ({
          itemType: "lesson",
          id: lesson.id,
          courseId: lesson.courseId,
          isRevision: false,
          title: lesson.title,
          ...facts(lesson)
        })),
        ...(yield* revisions.all).filter(isOpen).map((revision): BoardItem => ({
          itemType: revision.itemType,
          id: revision.itemType === "lesson" ? revision.lessonId : revision.courseId,
          courseId: revision.courseId,
          isRevision: true,
          title: revision.content.title,
          ...(revision.itemType === "course" && { lessonCount: lessonCount(revision.courseId) }),
          ...facts(revision)
        }))
      ]
    })

    return WorkflowHistory.of({
      append: (entry) => rows.put(historyKey(entry), entry),
      list: (item, after, count) =>
        Effect.map(rows.all, (all) =>
          pageOf(
            all.filter(({ itemId, itemType }) => itemId === item.id && itemType === item.itemType),
            ({ version }) => [version],
            { after, count }
          )
        ),
      board: (statuses, after, count) =>
        Effect.map(boardItems, (all) =>
          pageOf(
            all.filter(({ workflowStatus }) => statuses.includes(workflowStatus)),
            boardKey,
            { after, count }
          )
        ),
      boardCounts: Effect.map(boardItems, (all) => {
        const counts = { draft: 0, in_review: 0, published: 0, archived: 0 }
        for (const { workflowStatus } of all) counts[workflowStatus] += 1
        return counts
      })
    })
  })
)

export const keptVersionsLayer = Layer.effect(
  KeptVersions,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    const lessons = lessonRows(database)
    const keptCourses = keptCourseRows(database)
    const keptLessons = keptLessonRows(database)
    return KeptVersions.of({
      findCourse: (id) => keptCourses.find(id),
      keepCourse: (kept) => keptCourses.put(kept.course.id, kept),
      keepLessons: (_, ids) =>
        Effect.forEach(
          ids,
          (id) =>
            Effect.flatMap(lessons.find(id), (lesson) =>
              Option.isSome(lesson) ? keptLessons.put(id, lesson.value) : Effect.void
            ),
          { discard: true }
        )
    })
  })
)

export const comingPublicationsLayer = Layer.effect(
  ComingPublications,
  Effect.gen(function* () {
    const rows = comingRows(yield* MemoryDatabase)
    return ComingPublications.of({
      put: (courseId, publishAt) => rows.put(courseId, { courseId, publishAt }),
      take: Effect.fnUntraced(function* (now, count) {
        const due = (yield* rows.all)
          .filter(({ publishAt }) => DateTime.isLessThanOrEqualTo(publishAt, now))
          .sort((a, b) => DateTime.Order(a.publishAt, b.publishAt) || compare([a.courseId], [b.courseId]))
          .slice(0, count)
        yield* Effect.forEach(due, ({ courseId }) => rows.remove(courseId), { discard: true })
        return due.map(({ courseId }) => courseId)
      })
    })
  })
)

export const lessonBodiesLayer = Layer.effect(
  LessonBodies,
  Effect.gen(function* () {
    const database = yield* MemoryDatabase
    return LessonBodies.of({
      find: (id, version) => (version === "live" ? lessonRows : keptLessonRows)(database).find(id)
    })
  })
)
