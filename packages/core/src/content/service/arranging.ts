/** What a course is made of: adding, editing and moving its modules, and moving its lessons. Source: CON-5, CON-6. */
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Call } from "../../shared/door.ts"
import { type LessonId, newId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { ModuleKeyTaken, ModuleNotFound } from "../errors.ts"
import {
  LessonsArranged,
  type Module,
  ModuleAdded,
  ModuleEdited,
  ModuleId,
  type moduleContentFields,
  ModulesArranged
} from "../model/index.ts"
import { LessonStore, ModuleStore } from "../ports.ts"
import { changedFields, type Patch, patched, touched } from "../rules/edits.ts"
import type { Structure } from "../rules/kept.ts"
import { isSameOrder, placed } from "../rules/order.ts"
import { freeSlug } from "../rules/slug.ts"
import { mayArrange, mayShowOrHide } from "../rules/visibility.ts"
import { guard, type HeldLesson } from "./loading.ts"
import { keepWhatReadersLose } from "./transitions.ts"

/** What people edit of a module. */
export type ModuleContent = Pick<Module, keyof typeof moduleContentFields>

export interface HeldModule {
  readonly structure: Structure
  readonly module: Module
}

export interface NewModule {
  readonly content: Pick<ModuleContent, "title"> & Partial<ModuleContent>
  readonly place?: number | undefined
}

/** True of what readers of the course see, or will when a publication that is planned comes. */
const isShown = ({ course }: Structure, module: Pick<Module, "isPublished">): boolean =>
  course.workflowStatus === "published" && module.isPublished

const idsOf = <A extends { readonly id: unknown }>(items: ReadonlyArray<A>): ReadonlyArray<A["id"]> =>
  items.map(({ id }) => id)

const withModule = (structure: Structure, module: Module): Structure => ({
  ...structure,
  modules: structure.modules.map((other) => (other.id === module.id ? module : other))
})

export const addModule = Effect.fnUntraced(function* (
  structure: Structure,
  given: NewModule,
  { me, now }: Call
) {
  const { course, modules } = structure
  const store = yield* ModuleStore
  yield* Effect.fromResult(mayArrange(me, course, false))
  if (given.content.isPublished === true) yield* Effect.fromResult(mayShowOrHide(me, course))
  const id = yield* newId(ModuleId, yield* SecureRandom.SecureRandom)
  const isTaken = (key: string) => modules.some((module) => module.key === key)
  const key = given.content.key ?? freeSlug(given.content.title, "module", isTaken)
  const module: Module = {
    id,
    courseId: course.id,
    moduleOrder: modules.length + 1,
    description: "",
    learningObjectives: [],
    isPublished: false,
    ...given.content,
    key,
    version: 1,
    createdAt: now,
    updatedAt: now
  }
  const order = placed(idsOf(modules), id, given.place)
  yield* store.insert(module)
  if (order.at(-1) !== id) yield* store.arrange(order)
  yield* (yield* Outbox).append([ModuleAdded({ courseId: course.id, moduleId: id, key })])
  return { ...module, moduleOrder: order.indexOf(id) + 1 }
})

export const editModule = Effect.fnUntraced(function* (
  { module, structure }: HeldModule,
  patch: Patch<ModuleContent>,
  call: Call
) {
  const { course, modules } = structure
  const after = patched<Module>(module, patch.fields)
  const changed = changedFields(module, after)
  const shows = changed.includes("isPublished")
  if (shows) yield* Effect.fromResult(mayShowOrHide(call.me, course))
  const texts = changed.filter((field) => field !== "isPublished")
  if (texts.length > 0 || !shows)
    yield* Effect.fromResult(mayArrange(call.me, course, isShown(structure, module)))
  yield* guard(patch.version, module.version)
  if (changed.length === 0) return module
  if (modules.some(({ id, key }) => id !== module.id && key === after.key)) {
    return yield* new ModuleKeyTaken({ key: after.key })
  }
  const next = touched(after, call.now)
  yield* keepWhatReadersLose(structure, withModule(structure, next), call)
  yield* (yield* ModuleStore).update(next)
  yield* (yield* Outbox).append([ModuleEdited({ courseId: course.id, moduleId: module.id, fields: changed })])
  return next
})

/** Numbers the modules of a course anew; the same order again changes nothing. */
export const arrangeModules = Effect.fnUntraced(function* (
  structure: Structure,
  order: ReadonlyArray<ModuleId>,
  { me }: Call
) {
  const { course, modules } = structure
  const before = idsOf(modules)
  if (isSameOrder(before, order)) return
  const isSeen = (id: ModuleId) => modules.some((module) => module.id === id && isShown(structure, module))
  yield* Effect.fromResult(mayArrange(me, course, !isSameOrder(before.filter(isSeen), order.filter(isSeen))))
  yield* (yield* ModuleStore).arrange(order)
  yield* (yield* Outbox).append([ModulesArranged({ courseId: course.id, order })])
})

export const moveModule = Effect.fnUntraced(function* (
  { module, structure }: HeldModule,
  place: number,
  call: Call
) {
  yield* Effect.fromResult(mayArrange(call.me, structure.course, isShown(structure, module)))
  const order = placed(idsOf(structure.modules), module.id, place)
  yield* arrangeModules(structure, order, call)
  return { ...module, moduleOrder: order.indexOf(module.id) + 1 }
})

/** Modules and the lessons that are to stand in them, in order. */
export type LessonOrders = ReadonlyMap<ModuleId, ReadonlyArray<LessonId>>

/** What readers see of the order of lessons: the shown ones, with their modules. */
const shownOrder = (structure: Structure, orders: LessonOrders): ReadonlyArray<string> =>
  structure.modules.flatMap((module) =>
    (isShown(structure, module) ? (orders.get(module.id) ?? []) : [])
      .filter((id) =>
        structure.lessons.some((lesson) => lesson.id === id && lesson.workflowStatus === "published")
      )
      .map((id) => `${module.id} ${id}`)
  )

const ordersOf = ({ lessons, modules }: Structure): LessonOrders =>
  new Map(modules.map(({ id }) => [id, idsOf(lessons.filter(({ moduleId }) => moduleId === id))]))

/** Puts lessons into the modules and places that `wanted` names; modules that it does not name stay as they are. */
export const arrangeLessons = Effect.fnUntraced(function* (
  structure: Structure,
  wanted: LessonOrders,
  call: Call
) {
  const { course, lessons } = structure
  const before = ordersOf(structure)
  const changed = [...wanted].filter(([id, order]) => !isSameOrder(before.get(id) ?? [], order))
  if (changed.length === 0) return structure
  const after = new Map([...before, ...wanted])
  const [shownBefore, shownAfter] = [shownOrder(structure, before), shownOrder(structure, after)]
  yield* Effect.fromResult(mayArrange(call.me, course, !isSameOrder(shownBefore, shownAfter)))
  const lessonsSeen = (shown: ReadonlyArray<string>) => shown.map((name) => name.split(" ")[1] ?? name).sort()
  if (!isSameOrder(lessonsSeen(shownBefore), lessonsSeen(shownAfter)))
    yield* Effect.fromResult(mayShowOrHide(call.me, course))
  const places = new Map(
    [...after].flatMap(([moduleId, order]) =>
      order.map((id, at) => [id, { moduleId, lessonOrder: at + 1 }] as const)
    )
  )
  const next: Structure = {
    ...structure,
    lessons: lessons.map((lesson) => ({ ...lesson, ...places.get(lesson.id) }))
  }
  yield* keepWhatReadersLose(structure, next, call)
  const store = yield* LessonStore
  for (const [id, order] of changed) yield* store.arrange(id, order)
  yield* (yield* Outbox).append(
    changed.map(([moduleId, order]) => LessonsArranged({ courseId: course.id, moduleId, order }))
  )
  return next
})

/** Moves a lesson in its module or to another of its course. */
export const moveLessonTo = Effect.fnUntraced(function* (
  { lesson, module, structure }: HeldLesson,
  to: { readonly moduleId: ModuleId; readonly place: number },
  call: Call
) {
  const before = ordersOf(structure)
  const target = before.get(to.moduleId)
  if (target === undefined) return yield* new ModuleNotFound({ moduleId: to.moduleId })
  const order = placed(target, lesson.id, to.place)
  const rest = (before.get(module.id) ?? []).filter((id) => id !== lesson.id)
  const shown = lesson.workflowStatus === "published" && isShown(structure, module)
  yield* Effect.fromResult(mayArrange(call.me, structure.course, shown))
  yield* arrangeLessons(
    structure,
    new Map([
      [module.id, rest],
      [to.moduleId, order]
    ]),
    call
  )
  return { ...lesson, moduleId: to.moduleId, lessonOrder: order.indexOf(lesson.id) + 1 }
})
