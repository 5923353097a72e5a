/** A course file in. Source: CON-12. */
import { Data, Effect, Option } from "effect"
import { may, requirePermission, type Standing } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { type FieldIssue, Invalid } from "../../shared/errors.ts"
import type { CourseId } from "../../shared/id.ts"
import { Transaction } from "../../shared/transaction.ts"
import type { Course, CourseDocument, ImportedItem, Lesson, WorkflowStatus } from "../model/index.ts"
import { CourseStore, LearnerTraces, Slugs } from "../ports.ts"
import { documentOf, issuesAcross } from "../rules/document.ts"
import { planIssues } from "../rules/import-issues.ts"
import {
  type CurrentCourse,
  importedItems,
  type ImportPlan,
  type ImportRights,
  planImport
} from "../rules/import.ts"
import type { Structure } from "../rules/kept.ts"
import { mayEdit, mayShowOrHide, seesCourse } from "../rules/visibility.ts"
import { answersForItself, mayTake } from "../rules/workflow.ts"
import { authoredCourse } from "./authored.ts"
import { structureOf } from "./loading.ts"
import { carryOut } from "./import-steps.ts"
import { makeMissingTags } from "./tagging.ts"

export interface ImportRequest {
  readonly document: CourseDocument
  readonly prune: boolean
}

/** Issues of the file, as issues of the input that it is part of. */
const wrong = (issues: ReadonlyArray<FieldIssue>) =>
  new Invalid({ issues: issues.map(({ message, path }) => ({ message, path: ["document", ...path] })) })

const refuse = (issues: ReadonlyArray<FieldIssue>) =>
  issues.length === 0 ? Effect.void : Effect.fail(wrong(issues))

/** The course that the file names, held; none for a new one. A slug that is not the course's own today is refused. */
const findCourse = Effect.fnUntraced(function* (slug: string, { me, now }: Call) {
  const path = ["course", "slug"]
  const owner = yield* (yield* Slugs).find("courses", slug)
  if (Option.isNone(owner)) {
    yield* Effect.fromResult(requirePermission(me, "content.create"))
    return undefined
  }
  const id = owner.value.itemId as CourseId | undefined
  const found = id === undefined ? Option.none<Course>() : yield* (yield* CourseStore).findForUpdate(id)
  if (Option.isNone(found) || !seesCourse(me, found.value, now)) {
    return yield* wrong([{ path, message: "is taken" }])
  }
  if (found.value.slug !== slug) {
    return yield* wrong([{ path, message: `is an old address of the course ${found.value.slug}` }])
  }
  yield* Effect.fromResult(mayEdit(me, found.value, "draft"))
  return yield* structureOf(found.value)
})

/** Whether an item could go all the way from where it stands to its readers by the actor alone. */
const mayPublish = (
  me: Standing,
  course: Course | undefined,
  item: Course | Lesson | undefined,
  changed: boolean
): boolean => {
  const isOurs = item === undefined || changed
  if (isOurs && !answersForItself(me)) return false
  const creators = [course?.createdBy, item?.createdBy]
  const people = { creators, instructorId: course?.instructorId, lastEditorId: item?.lastEditorId }
  const waits = item?.workflowStatus === "in_review"
  const steps = waits ? (["approve_content"] as const) : (["submit_for_review", "approve_content"] as const)
  return steps.every((name) => mayTake(name, { me, people })._tag === "Success")
}

const rightsOf = (me: Standing, structure: Structure | undefined): ImportRights => ({
  publishesCourse: (changed) => mayPublish(me, structure?.course, structure?.course, changed),
  publishesLesson: (slug, changed) =>
    mayPublish(
      me,
      structure?.course,
      structure?.lessons.find((lesson) => lesson.slug === slug),
      changed
    ),
  showsModules:
    structure === undefined
      ? may(me, "content.publish")
      : mayShowOrHide(me, structure.course)._tag === "Success"
})

/** New lessons whose slugs were another's, and lessons to prune that somebody learned from. */
const issuesInStore = Effect.fnUntraced(function* (
  document: CourseDocument,
  plan: ImportPlan,
  { course, lessons }: Structure
) {
  const used = new Set(yield* (yield* Slugs).beginningWith({ lessonsOf: course.id }, ""))
  const created = new Set(plan.lessons.filter(({ change }) => change === "created").map(({ name }) => name))
  const reserved = document.modules.flatMap((module, m) =>
    module.lessons.flatMap(({ slug }, l) =>
      created.has(slug) && used.has(slug)
        ? [{ path: ["modules", m, "lessons", l, "slug"], message: "was the address of another lesson" }]
        : []
    )
  )
  const traces = yield* LearnerTraces
  const learned = yield* Effect.filter(
    lessons.filter(({ slug }) => plan.removed.lessons.includes(slug)),
    ({ id }) => traces.existIn({ courseId: course.id, lessons: [id] })
  )
  return [
    ...reserved,
    ...learned.map(({ slug }) => ({
      path: ["modules"],
      message: `lacks the lesson ${slug}, which somebody learned from`
    }))
  ]
})

/** Does what the file says; everything that is wrong with it is told at once, before anything is done. */
export const importDocument = Effect.fnUntraced(function* ({ document, prune }: ImportRequest, call: Call) {
  yield* refuse(issuesAcross(document))
  const structure = yield* findCourse(document.course.slug, call)
  const current: CurrentCourse | undefined =
    structure === undefined
      ? undefined
      : {
          document: documentOf(yield* authoredCourse(structure)),
          status: structure.course.workflowStatus,
          lessons: new Map(
            structure.lessons.map(({ slug, workflowStatus }): [string, WorkflowStatus] => [
              slug,
              workflowStatus
            ])
          )
        }
  const plan = planImport(document, current, { prune, rights: rightsOf(call.me, structure) })
  const inStore = structure === undefined ? [] : yield* issuesInStore(document, plan, structure)
  yield* refuse([...planIssues(document, plan, current), ...inStore])
  const tags = yield* makeMissingTags(document.course.tags, call)
  const courseId = yield* carryOut(plan, structure, call)
  const items: ReadonlyArray<ImportedItem> = [...tags, ...importedItems(plan, current)]
  return { courseId, isNew: structure === undefined, items }
})

/** Carries the answer of a dry run out of the transaction that it undoes. */
class Rehearsed<A> extends Data.TaggedError("Rehearsed")<{ readonly answer: A }> {}

/** Everything as it would be, and then undone. */
export const rehearsed = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const { run } = yield* Transaction
  return yield* run(Effect.flatMap(body, (answer) => Effect.fail(new Rehearsed({ answer })))).pipe(
    Effect.catchIf(
      (error): error is Rehearsed<A> => error instanceof Rehearsed,
      ({ answer }) => Effect.succeed(answer)
    )
  )
})
