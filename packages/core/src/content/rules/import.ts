/** What importing a course file changes. Source: CON-12. */
import type {
  CourseDocument,
  ImportedItem,
  LessonDocument,
  ModuleDocument,
  WorkflowStatus
} from "../model/index.ts"
import { changedFields, tagsInOrder } from "./edits.ts"
import { isSameOrder } from "./order.ts"

/** The course that the file is about, as it is now. */
export interface CurrentCourse {
  /** As `documentOf` gives it. */
  readonly document: CourseDocument
  readonly status: WorkflowStatus
  /** By slug. */
  readonly lessons: ReadonlyMap<string, WorkflowStatus>
}

/** What the actor may do beside writing drafts. `changed`: they would be the one who edited it last. */
export interface ImportRights {
  readonly publishesCourse: (changed: boolean) => boolean
  /** A lesson by its slug; a new one has none yet. */
  readonly publishesLesson: (slug: string | undefined, changed: boolean) => boolean
  readonly showsModules: boolean
}

/** One thing that the file names: what it is to become, and what of that is new. */
export interface Planned<D> {
  readonly name: string
  readonly document: D
  readonly change: "created" | "changed" | "unchanged"
  readonly fields: ReadonlyArray<string>
  /** True when it is to be published now. */
  readonly publishes: boolean
  readonly awaitsPublication: boolean
}

type CourseFields = CourseDocument["course"]
type ModuleFields = Omit<ModuleDocument, "lessons">

export interface ImportPlan {
  readonly course: Planned<CourseFields>
  readonly modules: ReadonlyArray<Planned<ModuleFields>>
  readonly lessons: ReadonlyArray<Planned<LessonDocument> & { readonly moduleKey: string }>
  /** All modules as they will stand, by key, each with the slugs of its lessons. */
  readonly order: ReadonlyArray<{ readonly key: string; readonly lessons: ReadonlyArray<string> }>
  readonly removed: { readonly modules: ReadonlyArray<string>; readonly lessons: ReadonlyArray<string> }
}

const lessonDefaults = { isFreePreview: false, learningObjectives: [], prerequisites: [], resources: [] }
const moduleDefaults = { description: "", learningObjectives: [] }

/** Fields that only lessons of one type have: they do not outlive a change of type. */
const fieldsOfType = { video: "video", quiz: "quiz", projectInstructions: "project" } as const
const keptOf = (before: LessonDocument, type: LessonDocument["type"]): Partial<LessonDocument> =>
  Object.fromEntries(
    Object.entries(before).filter(
      ([field]) =>
        (fieldsOfType as Record<string, string>)[field] === undefined ||
        fieldsOfType[field as "quiz"] === type
    )
  )

/** Where a wish to be published leads, from where the item stands. */
const publication = (
  wish: "draft" | "published",
  from: WorkflowStatus | undefined,
  { mayPublish, changed }: { readonly mayPublish: boolean; readonly changed: boolean }
): { readonly publishes: boolean; readonly awaitsPublication: boolean } => {
  // What is published stays so, what is archived stays archived; a changed one that is published awaits its revision.
  const isWished = wish === "published" && from !== "archived" && (from !== "published" || changed)
  return { publishes: isWished && mayPublish, awaitsPublication: isWished && !mayPublish }
}

const compared = <D extends object>(before: D | undefined, after: D) => {
  const fields = before === undefined ? [] : changedFields(before, after)
  return {
    fields,
    change: before === undefined ? "created" : fields.length > 0 ? "changed" : "unchanged"
  } as const
}

interface Lookup {
  readonly modules: ReadonlyMap<string, ModuleDocument>
  readonly lessons: ReadonlyMap<string, LessonDocument>
}
/** The things of a course file by their names. */
export const lookup = (document: CourseDocument | undefined): Lookup => ({
  modules: new Map(document?.modules.map((module) => [module.key, module])),
  lessons: new Map(
    document?.modules.flatMap(({ lessons }) => lessons.map((lesson) => [lesson.slug, lesson] as const))
  )
})

interface How {
  readonly prune: boolean
  readonly rights: ImportRights
}

const planCourse = (document: CourseDocument, current: CurrentCourse | undefined, { prune, rights }: How) => {
  const before = current?.document.course
  const { status, ...given } = document.course
  const wanted = {
    ...(prune ? {} : before),
    ...given,
    tags: tagsInOrder(given.tags),
    status: before?.status ?? "draft"
  }
  const same = compared(before, wanted)
  const changed = same.change !== "unchanged"
  const published = publication(status, current?.status, {
    mayPublish: rights.publishesCourse(changed),
    changed
  })
  return { name: given.slug, document: wanted, ...same, ...published } satisfies Planned<CourseFields>
}

const planModule = (
  document: ModuleDocument,
  before: ModuleDocument | undefined,
  { isLive, prune, rights }: How & { readonly isLive: boolean }
): Planned<ModuleFields> => {
  const { lessons: _, ...given } = document
  const { lessons: __, ...known } = before ?? { lessons: [], isPublished: false }
  const awaits = isLive && !rights.showsModules && given.isPublished !== known.isPublished
  const wanted = {
    ...moduleDefaults,
    ...(prune ? {} : known),
    ...given,
    ...(awaits && { isPublished: known.isPublished })
  }
  const same = compared(
    before === undefined ? undefined : { ...moduleDefaults, ...(known as ModuleFields) },
    wanted
  )
  return { name: given.key, document: wanted, ...same, publishes: false, awaitsPublication: awaits }
}

const planLesson = (
  { status, ...given }: LessonDocument,
  current: { readonly document: LessonDocument | undefined; readonly status: WorkflowStatus | undefined },
  { prune, rights }: How
): Planned<LessonDocument> => {
  const before = current.document === undefined ? undefined : { ...lessonDefaults, ...current.document }
  const kept = before === undefined || prune ? {} : keptOf(before, given.type)
  const wanted = { ...lessonDefaults, ...kept, ...given, status: before?.status ?? ("draft" as const) }
  const same = compared(before, wanted)
  const changed = same.change !== "unchanged"
  const mayPublish = rights.publishesLesson(before === undefined ? undefined : given.slug, changed)
  return {
    name: given.slug,
    document: wanted,
    ...same,
    ...publication(status, current.status, { mayPublish, changed })
  }
}

/** The file's order first, then what the file lacks, in the order it had. */
const orderOf = (
  document: CourseDocument,
  current: CurrentCourse | undefined,
  prune: boolean
): ImportPlan["order"] => {
  const inFile = lookup(document)
  const kept = prune ? [] : (current?.document.modules ?? [])
  const rest = (key: string) =>
    (kept.find((module) => module.key === key)?.lessons ?? [])
      .map(({ slug }) => slug)
      .filter((slug) => !inFile.lessons.has(slug))
  return [...document.modules, ...kept.filter(({ key }) => !inFile.modules.has(key))].map(({ key }) => ({
    key,
    lessons: [...(inFile.modules.get(key)?.lessons ?? []).map(({ slug }) => slug), ...rest(key)]
  }))
}

/** Whether readers would find something in the course when this is done. Source: CON-2. */
const willShow = (
  { lessons, modules, order }: Omit<ImportPlan, "course">,
  current: CurrentCourse | undefined
): boolean => {
  const before = lookup(current?.document)
  const isShown = (key: string) =>
    (modules.find(({ name }) => name === key)?.document ?? before.modules.get(key))?.isPublished === true
  const isPublished = (slug: string) =>
    current?.lessons.get(slug) === "published" ||
    lessons.some(({ name, publishes }) => name === slug && publishes)
  return order.some((module) => isShown(module.key) && module.lessons.some(isPublished))
}

/** What the import is to do. Issues of the plan as a whole are told by `planIssues`. */
export const planImport = (
  document: CourseDocument,
  current: CurrentCourse | undefined,
  how: How
): ImportPlan => {
  const before = lookup(current?.document)
  const inFile = lookup(document)
  const isLive = current?.status === "published"
  const rest: Omit<ImportPlan, "course"> = {
    modules: document.modules.map((module) =>
      planModule(module, before.modules.get(module.key), { ...how, isLive })
    ),
    lessons: document.modules.flatMap(({ key, lessons }) =>
      lessons.map((lesson) => {
        const known = { document: before.lessons.get(lesson.slug), status: current?.lessons.get(lesson.slug) }
        return { ...planLesson(lesson, known, how), moduleKey: key }
      })
    ),
    order: orderOf(document, current, how.prune),
    removed: {
      modules: how.prune ? [...before.modules.keys()].filter((key) => !inFile.modules.has(key)) : [],
      lessons: how.prune ? [...before.lessons.keys()].filter((slug) => !inFile.lessons.has(slug)) : []
    }
  }
  const course = planCourse(document, current, how)
  // Nothing to show yet: the course waits with its lessons.
  const waits = course.publishes && !isLive && !willShow(rest, current)
  return { ...rest, course: waits ? { ...course, publishes: false, awaitsPublication: true } : course }
}

const item = (type: ImportedItem["type"], planned: Planned<unknown>, moved?: string): ImportedItem => {
  const isChanged = planned.change === "changed" || planned.publishes || moved !== undefined
  const fields = [
    ...planned.fields,
    ...(planned.publishes ? ["status"] : []),
    ...(moved === undefined ? [] : [moved])
  ]
  const change = planned.change === "unchanged" && isChanged ? "changed" : planned.change
  return {
    type,
    name: planned.name,
    change,
    ...(change === "changed" && { fields }),
    ...(planned.awaitsPublication && { awaitsPublication: true })
  }
}

/** The plan as a person reads it: the course, then what the file names in its order, then what goes. */
export const importedItems = (
  plan: ImportPlan,
  current: CurrentCourse | undefined
): ReadonlyArray<ImportedItem> => {
  const before = new Map(
    current?.document.modules.map(({ key, lessons }) => [key, lessons.map(({ slug }) => slug)])
  )
  const staying = (slugs: ReadonlyArray<string>, among: ReadonlyArray<string>) =>
    slugs.filter((slug) => among.includes(slug))
  const isReordered = (was: ReadonlyArray<string>, is: ReadonlyArray<string>) =>
    !isSameOrder(staying(was, is), staying(is, was))
  const lessonsMoved = (key: string) => {
    const was = before.get(key)
    const is = plan.order.find((module) => module.key === key)?.lessons ?? []
    const hasMore = is.some((slug) => was?.includes(slug) === false && current?.lessons.has(slug) === true)
    return was !== undefined && (isReordered(was, is) || hasMore) ? "lessons" : undefined
  }
  const keys = plan.order.map(({ key }) => key)
  const modulesMoved = current !== undefined && isReordered([...before.keys()], keys) ? "modules" : undefined
  return [
    item("course", plan.course, modulesMoved),
    ...plan.modules.flatMap((module) => [
      item("module", module, lessonsMoved(module.name)),
      ...plan.lessons
        .filter(({ moduleKey }) => moduleKey === module.name)
        .map((lesson) => item("lesson", lesson))
    ]),
    ...plan.removed.modules.map((name): ImportedItem => ({ type: "module", name, change: "removed" })),
    ...plan.removed.lessons.map((name): ImportedItem => ({ type: "lesson", name, change: "removed" }))
  ]
}
