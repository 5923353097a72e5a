/** What content needs from outside. */
import { Context, Effect, Layer, type Option } from "effect"
import type { AssetNotFound } from "../media/index.ts"
import type { CourseId, LessonId, UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { HasLearners, InstructorNotFound, ModuleKeyTaken, TagExists } from "./errors.ts"
import type {
  BoardItem,
  Course,
  HistoryEntry,
  ItemType,
  KeptCourse,
  Lesson,
  Module,
  ModuleId,
  Revision,
  RevisionId,
  Tag,
  WholeLesson,
  WorkflowStatus
} from "./model/index.ts"

/** Which courses a list for authors and reviewers holds: all, or those of a person and those in review. */
export interface CourseFilter {
  readonly all: boolean
  readonly ownedBy?: UserId | undefined
  readonly inReview: boolean
  readonly status?: WorkflowStatus | undefined
}

export interface CatalogueFilter {
  /** As `searchWords` gives them; a course has all of them in its `searchText`. */
  readonly words: ReadonlyArray<string>
  readonly category?: string | undefined
  readonly difficulty?: Course["difficulty"] | undefined
  readonly tag?: string | undefined
  /**
   * `newest` and `popularity` descend, `title` ascends. Positions: `[publishedAt, id]`, `[learnerCount, id]`,
   * `[title, id]`.
   */
  readonly sort: "newest" | "title" | "popularity"
}

export class CourseStore extends Context.Service<
  CourseStore,
  {
    readonly find: (id: CourseId) => Effect.Effect<Option.Option<Course>>
    /**
     * Holds the course and everything in it until the transaction ends: whoever changes its structure, its lessons or
     * its revisions takes this lock first. Who reads, or refers to it, is not kept waiting.
     */
    readonly findForUpdate: (id: CourseId) => Effect.Effect<Option.Option<Course>, never, InTransaction>
    /** With its tags; slugs of tags that are gone by now are passed over. */
    readonly insert: (course: Course) => Effect.Effect<void, InstructorNotFound, InTransaction>
    /** Everything but who teaches it. */
    readonly update: (course: Course) => Effect.Effect<void, never, InTransaction>
    /** As `update`, and who teaches it. */
    readonly updateInstructor: (course: Course) => Effect.Effect<void, InstructorNotFound, InTransaction>
    /** With everything in it. Refuses what others refer to. */
    readonly remove: (id: CourseId) => Effect.Effect<void, HasLearners, InTransaction>
    /** Modules in order, and lessons in the order of their modules and then their own. */
    readonly contents: (id: CourseId) => Effect.Effect<{
      readonly modules: ReadonlyArray<Module>
      readonly lessons: ReadonlyArray<Lesson>
    }>
    /** Newest first. Position: `[id]`. */
    readonly list: (
      filter: CourseFilter,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Course>>
    /** Courses that are published by `now`. */
    readonly catalogue: (
      filter: CatalogueFilter,
      now: Instant,
      page: { readonly after: Option.Option<Position>; readonly count: number }
    ) => Effect.Effect<ReadonlyArray<Course>>
  }
>()("lyceum/content/CourseStore") {}

/** Scheduled publications that were not told of yet, one a course; the workflow knows whether they took place. Source: CON-2. */
export class ComingPublications extends Context.Service<
  ComingPublications,
  {
    /** Instead of the one there is. */
    readonly put: (courseId: CourseId, publishAt: Instant) => Effect.Effect<void, never, InTransaction>
    /** Takes out those whose instant has come, the oldest first; those that somebody else takes are passed over. */
    readonly take: (
      now: Instant,
      count: number
    ) => Effect.Effect<ReadonlyArray<CourseId>, never, InTransaction>
  }
>()("lyceum/content/ComingPublications") {}

export class ModuleStore extends Context.Service<
  ModuleStore,
  {
    readonly find: (id: ModuleId) => Effect.Effect<Option.Option<Module>>
    readonly insert: (module: Module) => Effect.Effect<void, ModuleKeyTaken, InTransaction>
    readonly update: (module: Module) => Effect.Effect<void, ModuleKeyTaken, InTransaction>
    /** With its lessons. */
    readonly remove: (id: ModuleId) => Effect.Effect<void, HasLearners, InTransaction>
    /** Numbers the modules 1..n in this order. */
    readonly arrange: (order: ReadonlyArray<ModuleId>) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/content/ModuleStore") {}

export class LessonStore extends Context.Service<
  LessonStore,
  {
    readonly find: (id: LessonId) => Effect.Effect<Option.Option<Lesson>>
    readonly findWhole: (id: LessonId) => Effect.Effect<Option.Option<WholeLesson>>
    /** All lessons of a course with their bodies, in the order of `contents`. */
    readonly listWhole: (courseId: CourseId) => Effect.Effect<ReadonlyArray<WholeLesson>>
    readonly insert: (lesson: WholeLesson) => Effect.Effect<void, AssetNotFound, InTransaction>
    readonly update: (lesson: WholeLesson) => Effect.Effect<void, AssetNotFound, InTransaction>
    readonly remove: (id: LessonId) => Effect.Effect<void, HasLearners, InTransaction>
    /** Puts the lessons into the module, numbered 1..n in this order. */
    readonly arrange: (
      module: ModuleId,
      order: ReadonlyArray<LessonId>
    ) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/content/LessonStore") {}

/** Whose slugs: those of all courses, or those of the lessons of one course. */
export type SlugScope = "courses" | { readonly lessonsOf: CourseId }

/** Every slug that is in use, or was when its item was published. Source: CON-7. */
export class Slugs extends Context.Service<
  Slugs,
  {
    /** Whose slug it is or was; none for one that is free. An owner without an id is gone, and its slug reserved. */
    readonly find: (
      scope: SlugScope,
      slug: string
    ) => Effect.Effect<Option.Option<{ readonly itemId?: string }>>
    readonly beginningWith: (scope: SlugScope, prefix: string) => Effect.Effect<ReadonlyArray<string>>
    /** False when another item has it or had it; true when it is the item's own, be it of old. */
    readonly take: (
      scope: SlugScope,
      slug: string,
      itemId: string
    ) => Effect.Effect<boolean, never, InTransaction>
    /** Keeps the slug for its item for ever. */
    readonly reserve: (scope: SlugScope, slug: string) => Effect.Effect<void, never, InTransaction>
    /** Gives the slug back, unless it is reserved. */
    readonly release: (scope: SlugScope, slug: string) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/content/Slugs") {}

/** A course or a lesson, by its id. */
export interface ItemRef {
  readonly itemType: ItemType
  readonly id: string
}

export class Revisions extends Context.Service<
  Revisions,
  {
    /** The one that is draft or in review. */
    readonly findOpen: (item: ItemRef) => Effect.Effect<Option.Option<Revision>>
    /** All open ones of a course and its lessons. */
    readonly listOpen: (courseId: CourseId) => Effect.Effect<ReadonlyArray<Revision>>
    /** Newest first. Position: `[id]`. */
    readonly list: (
      item: ItemRef,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Revision>>
    readonly insert: (revision: Revision) => Effect.Effect<void, never, InTransaction>
    readonly update: (revision: Revision) => Effect.Effect<void, never, InTransaction>
    readonly remove: (id: RevisionId) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/content/Revisions") {}

export class WorkflowHistory extends Context.Service<
  WorkflowHistory,
  {
    readonly append: (entry: HistoryEntry) => Effect.Effect<void, never, InTransaction>
    /** In the order in which it happened. Position: `[version]`. */
    readonly list: (
      item: ItemRef,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<HistoryEntry>>
    /** What is in these statuses, in `boardOrder`, the oldest first. Position: `[rank, since, id]`. */
    readonly board: (
      statuses: ReadonlyArray<WorkflowStatus>,
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<BoardItem>>
    /** How many items of the board are in each status. */
    readonly boardCounts: Effect.Effect<Readonly<Record<WorkflowStatus, number>>>
  }
>()("lyceum/content/WorkflowHistory") {}

/** What learners read last of what is no longer live. Source: CON-9. */
export class KeptVersions extends Context.Service<
  KeptVersions,
  {
    readonly findCourse: (id: CourseId) => Effect.Effect<Option.Option<KeptCourse>>
    readonly keepCourse: (kept: KeptCourse) => Effect.Effect<void, never, InTransaction>
    /** Keeps the lessons as they stand in the store now. */
    readonly keepLessons: (
      courseId: CourseId,
      lessons: ReadonlyArray<LessonId>,
      keptAt: Instant
    ) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/content/KeptVersions") {}

/** The bodies of lessons, for whoever has decided that they may be read. */
export class LessonBodies extends Context.Service<
  LessonBodies,
  {
    /**
     * `live`: the lesson as it stands, which is what learners read while it is live. `published`: what they read last,
     * once it is not; none for a lesson that was live until now, or never. Source: CON-9.
     */
    readonly find: (id: LessonId, version: "live" | "published") => Effect.Effect<Option.Option<WholeLesson>>
  }
>()("lyceum/content/LessonBodies") {}

export class TagStore extends Context.Service<
  TagStore,
  {
    readonly find: (slug: string) => Effect.Effect<Option.Option<Tag>>
    readonly findForUpdate: (slug: string) => Effect.Effect<Option.Option<Tag>, never, InTransaction>
    /** Of these slugs, those of tags that exist. */
    readonly existing: (slugs: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>>
    readonly beginningWith: (prefix: string) => Effect.Effect<ReadonlyArray<string>>
    /** By slug. Position: `[slug]`. */
    readonly list: (
      filter: { readonly tagCategory?: string | undefined; readonly isFeatured?: boolean | undefined },
      after: Option.Option<Position>,
      count: number
    ) => Effect.Effect<ReadonlyArray<Tag>>
    readonly insert: (tag: Tag) => Effect.Effect<void, TagExists, InTransaction>
    readonly update: (tag: Tag) => Effect.Effect<void, never, InTransaction>
    /** Takes it from the courses that carry it. */
    readonly remove: (slug: string) => Effect.Effect<void, never, InTransaction>
  }
>()("lyceum/content/TagStore") {}

/** Who learned from what: progress answers it, wired at the top, so that nothing of theirs is deleted. Source: CON-10. */
export class LearnerTraces extends Context.Service<
  LearnerTraces,
  {
    /** True when anybody has progress, an attempt or a certificate in the course, or in one of these of its lessons. */
    readonly existIn: (what: {
      readonly courseId: CourseId
      readonly lessons: "all" | ReadonlyArray<LessonId>
    }) => Effect.Effect<boolean, never, InTransaction>
  }
>()("lyceum/content/LearnerTraces") {
  /** For a platform on which nobody learns yet. */
  static readonly none = Layer.succeed(
    LearnerTraces,
    LearnerTraces.of({ existIn: () => Effect.succeed(false) })
  )
}

/** What the search of the catalogue reads; stores keep it beside the course. */
export { searchText } from "./rules/search.ts"
