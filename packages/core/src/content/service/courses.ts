/** What content does with courses when asked. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { may, userIdOf } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { Forbidden, SignInRequired } from "../../shared/errors.ts"
import { CourseId } from "../../shared/id.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { InstantText, orderBy, paginate, type Position } from "../../shared/page.ts"
import { Course, InstructorAssigned, LearnerCountChanged } from "../model/index.ts"
import { courseOperations as operations } from "../operations/index.ts"
import { type CatalogueFilter, CourseStore, Slugs } from "../ports.ts"
import { documentOf } from "../rules/document.ts"
import { touched } from "../rules/edits.ts"
import { searchWords } from "../rules/search.ts"
import { isOwn, mayEdit, seesBehind } from "../rules/visibility.ts"
import { authoredCourse } from "./authored.ts"
import { createCourse, editCourse } from "./courses-edited.ts"
import { importDocument, rehearsed } from "./importing.ts"
import { courseRef, guard, holdCourse, seeCourse, seen, structureOf } from "./loading.ts"
import { type Needs, providing } from "./needs.ts"
import { board, discardCourseRevision, historyOf, revisionsOfCourse, seenRevision } from "./records.ts"
import { outlineOf } from "./outline.ts"
import { deleteCourse } from "./removing.ts"
import { openCourseRevision } from "./revising.ts"
import { schedule, tellPublished } from "./scheduling.ts"
import { approveCourse, type Asked, moveCourse } from "./transitions.ts"

type Inputs = { readonly [Name in keyof typeof operations]: (typeof operations)[Name]["input"]["Type"] }

const getBySlug = Effect.fnUntraced(function* ({ slug }: Inputs["getBySlug"], call: Call) {
  const owner = yield* (yield* Slugs).find("courses", slug)
  const id = Option.getOrUndefined(owner)?.itemId as CourseId | undefined
  const found = id === undefined ? Option.none<Course>() : yield* (yield* CourseStore).find(id)
  return yield* seen(found, slug, call)
})

const outline = Effect.fnUntraced(function* ({ courseId }: Inputs["outline"], call: Call) {
  return yield* outlineOf(yield* seeCourse(courseId, call), call)
})

const getDraft = Effect.fnUntraced(function* ({ courseId }: Inputs["getDraft"], call: Call) {
  const course = yield* seeCourse(courseId, call)
  const revision = yield* openCourseRevision(course)
  if (!seesBehind(call.me, course, revision?.workflowStatus ?? course.workflowStatus)) {
    return yield* new Forbidden({ permission: "content.edit" })
  }
  const shown = seenRevision(call.me, course, revision)
  return { course, ...(shown !== undefined && { revision: shown }) }
})

const list = Effect.fnUntraced(function* ({ status, ...request }: Inputs["list"], { me }: Call) {
  if (me.actor._tag === "Anonymous") return yield* new SignInRequired()
  const courses = yield* CourseStore
  const ownedBy = me.status === "active" ? userIdOf(me.actor) : undefined
  const filter = { all: may(me, "content.edit"), inReview: may(me, "content.review"), ownedBy, status }
  return yield* paginate(
    orderBy("courses worked on", [CourseId]),
    request,
    (after, count) => courses.list(filter, after, count),
    ({ id }) => [id]
  )
})

interface Sort {
  readonly key: (course: Course) => Position
  readonly position: Parameters<typeof orderBy>[1]
}
const sorts: Readonly<Record<CatalogueFilter["sort"], Sort>> = {
  newest: {
    // A published course has been published at some time; the rows of a store say so too.
    key: ({ createdAt, id, publishedAt = createdAt }) => [DateTime.formatIso(publishedAt), id],
    position: [InstantText, CourseId]
  },
  popularity: {
    key: ({ id, learnerCount }) => [learnerCount, id],
    position: [Course.fields.learnerCount, CourseId]
  },
  title: { key: ({ id, title }) => [title, id], position: [Course.fields.title, CourseId] }
}

const catalogue = Effect.fnUntraced(function* (
  { search = "", sort = "newest", ...asked }: Inputs["catalogue"],
  { now }: Call
) {
  const { category, difficulty, tag, ...request } = asked
  const courses = yield* CourseStore
  const filter = { words: searchWords(search), sort, category, difficulty, tag }
  const { key, position } = sorts[sort]
  const order = orderBy(`catalogue ${JSON.stringify(filter)}`, position)
  return yield* paginate(
    order,
    request,
    (after, count) => courses.catalogue(filter, now, { after, count }),
    key
  )
})

const assignInstructor = Effect.fnUntraced(function* (
  { courseId, instructorId, version }: Inputs["assignInstructor"],
  call: Call
) {
  const { course } = yield* holdCourse(courseId, call)
  const isCreator = isOwn(call.me, { ...course, instructorId: course.createdBy } as Course)
  if (!isCreator && !may(call.me, "content.edit")) return yield* new Forbidden({ permission: "content.edit" })
  yield* guard(version, course.version)
  const { instructorId: before, ...rest } = course
  if (before === instructorId) return course
  const after = touched({ ...rest, ...(instructorId !== undefined && { instructorId }) }, call.now)
  yield* (yield* CourseStore).updateInstructor(after)
  const told = {
    ...(before !== undefined && { before }),
    ...(instructorId !== undefined && { after: instructorId })
  }
  yield* (yield* Outbox).append([InstructorAssigned({ courseId, ...told })])
  return after
})

type AskedOfCourse = Asked & { readonly courseId: CourseId }

const step = (name: Parameters<typeof moveCourse>[1][0]) =>
  Effect.fnUntraced(function* ({ courseId, ...asked }: AskedOfCourse, call: Call) {
    return (yield* moveCourse(yield* holdCourse(courseId, call), [name, asked], call)).course
  })

const approve = Effect.fnUntraced(function* ({ courseId, ...asked }: AskedOfCourse, call: Call) {
  return (yield* approveCourse(yield* holdCourse(courseId, call), asked, call)).course
})

const importCourse = Effect.fnUntraced(function* (
  { document, dryRun = false, prune = false }: Inputs["import"],
  call: Call
) {
  const body = importDocument({ document, prune }, call)
  const { courseId, isNew, items } = yield* dryRun ? rehearsed(body) : body
  return { dryRun, items, ...(!(dryRun && isNew) && { courseId }) }
})

const exportCourse = Effect.fnUntraced(function* ({ courseId }: Inputs["export"], call: Call) {
  const course = yield* seeCourse(courseId, call)
  yield* Effect.fromResult(mayEdit(call.me, course, "draft"))
  return documentOf(yield* authoredCourse(yield* structureOf(course)))
})

const setLearnerCount = Effect.fnUntraced(function* (
  { courseId, learnerCount }: Inputs["setLearnerCount"],
  call: Call
) {
  if (call.me.actor._tag !== "Service") return yield* new Forbidden({ needs: "a service" })
  const { course } = yield* holdCourse(courseId, call)
  const before = course.learnerCount
  if (before === learnerCount) return done
  yield* (yield* CourseStore).update({ ...course, learnerCount })
  yield* (yield* Outbox).append([LearnerCountChanged({ courseId, before, after: learnerCount })])
  return done
})

/** The key of the course service: courses, and their way from draft to readers. */
export class Courses extends Context.Service<Courses, Methods<typeof operations>>()(
  "lyceum/content/Courses"
) {
  static readonly layer: Layer.Layer<Courses, never, Door | Needs> = Layer.effect(
    Courses,
    Effect.gen(function* () {
      const { command, query } = yield* Door
      const within = yield* providing
      type Body<I, A, E, R> = (input: I, call: Call) => Effect.Effect<A, E, R>
      const given =
        <I, A, E, R>(body: Body<I, A, E, R>) =>
        (input: I, call: Call) =>
          within(body(input, call))
      const held = <I extends { readonly courseId: CourseId }, A, E, R>(
        body: (
          structure: Effect.Success<ReturnType<typeof holdCourse>>,
          input: I,
          call: Call
        ) => Effect.Effect<A, E, R>
      ) =>
        given((input: I, call: Call) =>
          Effect.flatMap(holdCourse(input.courseId, call), (structure) => body(structure, input, call))
        )
      return Courses.of({
        create: command(operations.create, given(createCourse)),
        get: query(
          operations.get,
          given(({ courseId }, call) => seeCourse(courseId, call))
        ),
        getBySlug: query(operations.getBySlug, given(getBySlug)),
        outline: query(operations.outline, given(outline)),
        getDraft: query(operations.getDraft, given(getDraft)),
        list: query(operations.list, given(list)),
        catalogue: query(operations.catalogue, given(catalogue)),
        update: command(
          operations.update,
          given(({ clear, courseId, version, ...fields }, call) =>
            Effect.flatMap(holdCourse(courseId, call), ({ course }) =>
              editCourse(course, { fields, clear, version }, call)
            )
          )
        ),
        assignInstructor: command(operations.assignInstructor, given(assignInstructor)),
        delete: command(
          operations.delete,
          held((structure, { version }: Inputs["delete"], call) =>
            Effect.as(deleteCourse(structure, version, call), done)
          )
        ),
        submitForReview: command(operations.submitForReview, given(step("submit_for_review"))),
        approve: command(operations.approve, given(approve)),
        reject: command(operations.reject, given(step("reject_content"))),
        withdraw: command(operations.withdraw, given(step("withdraw_content"))),
        archive: command(operations.archive, given(step("archive_content"))),
        unpublish: command(operations.unpublish, given(step("unpublish_content"))),
        restore: command(operations.restore, given(step("restore_content"))),
        schedule: command(operations.schedule, given(schedule)),
        tellPublished: command(operations.tellPublished, given(tellPublished)),
        history: query(
          operations.history,
          given(({ courseId, ...request }, call) =>
            Effect.flatMap(seeCourse(courseId, call), (course) =>
              historyOf(course, courseRef(course), { me: call.me, request })
            )
          )
        ),
        revisions: query(
          operations.revisions,
          given(({ courseId, ...request }, call) =>
            Effect.flatMap(seeCourse(courseId, call), (course) =>
              revisionsOfCourse(course, courseRef(course), { me: call.me, request })
            )
          )
        ),
        discardRevision: command(
          operations.discardRevision,
          held((structure, { version }: Inputs["discardRevision"], call) =>
            Effect.as(discardCourseRevision(structure, version, call), done)
          )
        ),
        dashboard: query(operations.dashboard, given(board)),
        import: command(operations.import, given(importCourse)),
        export: query(operations.export, given(exportCourse)),
        setLearnerCount: command(operations.setLearnerCount, given(setLearnerCount))
      })
    })
  )
}
