/** Carrying out the plan of an import, by the same steps that a person would take one by one. Source: CON-12. */
import { Effect, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { VideoLinks } from "../../media/index.ts"
import type { Call } from "../../shared/door.ts"
import { type CourseId, LessonId, newId } from "../../shared/id.ts"
import { LessonNotFound, PrerequisiteCycle } from "../errors.ts"
import type { Lesson, LessonDocument, ModuleId } from "../model/index.ts"
import { CourseStore, LessonStore } from "../ports.ts"
import { clearable, courseContentOf, lessonContentOf } from "../rules/document.ts"
import { teaserOf } from "../rules/edits.ts"
import type { ImportPlan } from "../rules/import.ts"
import type { Structure } from "../rules/kept.ts"
import { cycleOf } from "../rules/prerequisites.ts"
import { addModule, arrangeLessons, arrangeModules, editModule } from "./arranging.ts"
import { createCourse, editCourse } from "./courses-edited.ts"
import { structureOf } from "./loading.ts"
import { addLesson, editLesson } from "./lessons-edited.ts"
import { openCourseRevision, openLessonRevision } from "./revising.ts"
import { removeLessons, removeModule } from "./removing.ts"
import { approveCourse, approveLesson, moveCourse, moveLesson } from "./transitions.ts"

type LessonIds = ReadonlyMap<string, LessonId>

/** Ids for the lessons that the plan makes, and of those that are there, by slug. */
const idsBySlug = Effect.fnUntraced(function* (plan: ImportPlan, lessons: ReadonlyArray<Lesson>) {
  const random = yield* SecureRandom.SecureRandom
  const ids = new Map<string, LessonId>(lessons.map(({ id, slug }) => [slug, id]))
  for (const { change, name } of plan.lessons)
    if (change === "created") ids.set(name, yield* newId(LessonId, random))
  return ids
})

const reload = Effect.fnUntraced(function* (id: CourseId) {
  return yield* structureOf(Option.getOrThrow(yield* (yield* CourseStore).findForUpdate(id)))
})

const missing = (content: object, fields: ReadonlyArray<string>) =>
  fields.filter((field) => !(field in content))

/** The course with its content as planned. */
const writeCourse = Effect.fnUntraced(function* (
  { course: planned }: ImportPlan,
  structure: Structure | undefined,
  call: Call
) {
  const fields = courseContentOf(planned.document)
  if (structure === undefined) {
    const course = yield* createCourse({ ...fields, slug: planned.name }, call)
    return { course, modules: [], lessons: [] } satisfies Structure
  }
  if (planned.change === "unchanged") return structure
  const clear = missing(fields, clearable.course) as Array<(typeof clearable.course)[number]>
  const { course } = yield* editCourse(structure.course, { fields, clear }, call)
  return { ...structure, course }
})

const writeModules = Effect.fnUntraced(function* (plan: ImportPlan, before: Structure, call: Call) {
  let structure = before
  for (const { change, document, name } of plan.modules) {
    if (change === "unchanged") continue
    const known = structure.modules.find(({ key }) => key === name)
    const module =
      known === undefined
        ? yield* addModule(structure, { content: document }, call)
        : yield* editModule({ structure, module: known }, { fields: document }, call)
    const others = structure.modules.filter(({ id }) => id !== module.id)
    structure = { ...structure, modules: [...others, module].sort((a, b) => a.moduleOrder - b.moduleOrder) }
  }
  return structure
})

/** The content that the file's lesson has, its video kept as an asset. */
const contentFor = Effect.fnUntraced(function* (document: LessonDocument, ids: LessonIds, call: Call) {
  const videos = yield* VideoLinks
  const primaryMediaId = document.video === undefined ? undefined : yield* videos.keep(document.video, call)
  const prerequisites = (document.prerequisites ?? []).flatMap((slug) => ids.get(slug) ?? [])
  return lessonContentOf(document, { prerequisites, primaryMediaId })
})

const heldLesson = Effect.fnUntraced(function* (structure: Structure, id: LessonId) {
  const whole = yield* (yield* LessonStore).findWhole(id)
  const module = structure.modules.find((one) => Option.exists(whole, ({ moduleId }) => moduleId === one.id))
  if (Option.isNone(whole) || module === undefined) return yield* new LessonNotFound({ lesson: id })
  return { structure, module, lesson: whole.value }
})

const writeLessons = Effect.fnUntraced(function* (
  plan: ImportPlan,
  before: Structure,
  of: { ids: LessonIds; call: Call }
) {
  const { call, ids } = of
  let structure = before
  for (const { change, document, moduleKey, name } of plan.lessons) {
    if (change === "unchanged") continue
    const fields = yield* contentFor(document, ids, call)
    const id = ids.get(name)!
    if (change === "changed") {
      const clear = missing(fields, clearable.lesson) as Array<(typeof clearable.lesson)[number]>
      yield* editLesson(yield* heldLesson(structure, id), { fields, clear, isPlanned: true }, call)
      continue
    }
    const module = structure.modules.find(({ key }) => key === moduleKey)!
    const lesson = yield* addLesson(
      { structure, module },
      { id, content: { ...fields, slug: name }, isPlanned: true },
      call
    )
    structure = { ...structure, lessons: [...structure.lessons, teaserOf(lesson)] }
  }
  return structure
})

const arrange = Effect.fnUntraced(function* (
  { order }: ImportPlan,
  structure: Structure,
  of: { ids: LessonIds; call: Call }
) {
  const { call, ids } = of
  const byKey = new Map(structure.modules.map(({ id, key }) => [key, id]))
  const keys = new Set(order.map(({ key }) => key))
  // What is to be pruned stands at the end until it goes.
  const leaving = structure.modules.filter(({ key }) => !keys.has(key)).map(({ id }) => id)
  yield* arrangeModules(structure, [...order.map(({ key }) => byKey.get(key)!), ...leaving], call)
  const staying = new Set(order.flatMap(({ lessons }) => lessons))
  const leavingFrom = (moduleId: ModuleId) =>
    structure.lessons
      .filter((lesson) => lesson.moduleId === moduleId && !staying.has(lesson.slug))
      .map(({ id }) => id)
  const wanted = order.map(({ key, lessons }) => {
    const moduleId = byKey.get(key)!
    return [moduleId, [...lessons.map((slug) => ids.get(slug)!), ...leavingFrom(moduleId)]] as const
  })
  const emptied = leaving.map((id) => [id, leavingFrom(id)] as const)
  yield* arrangeLessons(structure, new Map([...wanted, ...emptied]), call)
  return yield* reload(structure.course.id)
})

const prune = Effect.fnUntraced(function* ({ removed }: ImportPlan, structure: Structure, call: Call) {
  const gone = structure.lessons.filter(({ slug }) => removed.lessons.includes(slug))
  let left: Structure = yield* removeLessons(structure, gone, call)
  for (const module of left.modules.filter(({ key }) => removed.modules.includes(key))) {
    left = yield* removeModule({ structure: left, module }, undefined, call)
  }
  return left
})

/** Publishes a draft, or swaps in the revision that the file brought; as far as it is not handed in yet, that too. */
const publish = Effect.fnUntraced(function* (
  plan: ImportPlan,
  before: Structure,
  of: { ids: LessonIds; call: Call }
) {
  const { call, ids } = of
  let structure = before
  for (const { name } of plan.lessons.filter(({ publishes }) => publishes)) {
    let held = yield* heldLesson(structure, ids.get(name)!)
    const status = (yield* openLessonRevision(held.lesson))?.workflowStatus ?? held.lesson.workflowStatus
    if (status === "draft") held = yield* moveLesson(held, ["submit_for_review", {}], call)
    structure = (yield* approveLesson(held, { isPlanned: true }, call)).structure
  }
  if (!plan.course.publishes) return
  const status =
    (yield* openCourseRevision(structure.course))?.workflowStatus ?? structure.course.workflowStatus
  if (status === "draft") structure = yield* moveCourse(structure, ["submit_for_review", {}], call)
  yield* approveCourse(structure, {}, call)
})

/** Steps skipped the check of what waits for what; here it is made of what came of them. */
const checkCycles = Effect.fnUntraced(function* (courseId: CourseId) {
  const { lessons } = yield* reload(courseId)
  const cycle = cycleOf(lessons)
  if (cycle !== undefined) return yield* new PrerequisiteCycle({ cycle })
})

export const carryOut = Effect.fnUntraced(
  function* (plan: ImportPlan, before: Structure | undefined, call: Call) {
    const written = yield* writeModules(plan, yield* writeCourse(plan, before, call), call)
    const of = { ids: yield* idsBySlug(plan, before?.lessons ?? []), call }
    const arranged = yield* arrange(plan, yield* writeLessons(plan, written, of), of)
    yield* publish(plan, yield* prune(plan, arranged, call), of)
    yield* checkCycles(arranged.course.id)
    return arranged.course.id
  },
  // The course is held: what the plan found in it is there, and stands where it stood.
  Effect.catchTags({
    "content.lesson_not_found": Effect.die,
    "content.transition_not_allowed": Effect.die,
    "content.instructor_not_found": Effect.die,
    "media.asset_not_found": Effect.die
  })
)
