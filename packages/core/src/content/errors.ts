/** The ways content says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { CourseId, LessonId, UserId } from "../shared/id.ts"
import { ModuleId } from "./model/ids.ts"
import { ItemType, TransitionName, WorkflowStatus } from "./model/workflow.ts"

/** Also what somebody hears who may not see the course (KER-11). */
export class CourseNotFound extends Schema.TaggedError<CourseNotFound>()("content.course_not_found", {
  /** As it was asked for: an id or a slug. */
  course: Schema.String
}) {}
export class ModuleNotFound extends Schema.TaggedError<ModuleNotFound>()("content.module_not_found", {
  moduleId: ModuleId
}) {}
export class LessonNotFound extends Schema.TaggedError<LessonNotFound>()("content.lesson_not_found", {
  /** As it was asked for: an id or a slug. */
  lesson: Schema.String
}) {}
/** Nothing is being edited beside what is published. */
export class RevisionNotFound extends Schema.TaggedError<RevisionNotFound>()("content.revision_not_found", {
  itemType: ItemType,
  id: Schema.String
}) {}
export class TagNotFound extends Schema.TaggedError<TagNotFound>()("content.tag_not_found", {
  slug: Schema.String
}) {}
/** Nobody of that id has an account here. */
export class InstructorNotFound extends Schema.TaggedError<InstructorNotFound>()(
  "content.instructor_not_found",
  {
    instructorId: UserId
  }
) {}

/** Somebody else has the slug now, or had it when it was published (CON-7). */
export class SlugTaken extends Schema.TaggedError<SlugTaken>()("content.slug_taken", {
  slug: Schema.String
}) {}
export class ModuleKeyTaken extends Schema.TaggedError<ModuleKeyTaken>()("content.module_key_taken", {
  key: Schema.String
}) {}
export class TagExists extends Schema.TaggedError<TagExists>()("content.tag_exists", {
  slug: Schema.String
}) {}

/** The workflow has no such step from where the item stands (CON-1). */
export class TransitionNotAllowed extends Schema.TaggedError<TransitionNotAllowed>()(
  "content.transition_not_allowed",
  {
    transition: TransitionName,
    from: WorkflowStatus,
    to: WorkflowStatus
  }
) {}
/** A course needs a published module with a published lesson to be published (CON-2). */
export class NothingToPublish extends Schema.TaggedError<NothingToPublish>()("content.nothing_to_publish", {
  courseId: CourseId
}) {}
/** Only a publication that is still to come can be moved to another instant (CON-2). */
export class AlreadyPublished extends Schema.TaggedError<AlreadyPublished>()("content.already_published", {
  courseId: CourseId
}) {}
/** Lessons would wait for each other; `cycle` names them by slug, the first one again at the end (CON-8). */
export class PrerequisiteCycle extends Schema.TaggedError<PrerequisiteCycle>()("content.prerequisite_cycle", {
  cycle: Schema.Array(Schema.String)
}) {}
/** Somebody has progress, an attempt or a certificate in it: archive it instead (CON-10). */
export class HasLearners extends Schema.TaggedError<HasLearners>()("content.has_learners", {
  courseId: CourseId,
  lessonId: Schema.optionalKey(LessonId)
}) {}

export type ContentRefusal =
  | CourseNotFound
  | ModuleNotFound
  | LessonNotFound
  | RevisionNotFound
  | TagNotFound
  | InstructorNotFound
  | SlugTaken
  | ModuleKeyTaken
  | TagExists
  | TransitionNotAllowed
  | NothingToPublish
  | AlreadyPublished
  | PrerequisiteCycle
  | HasLearners

const statusInFrench = {
  draft: "brouillon",
  in_review: "en relecture",
  published: "publié",
  archived: "archivé"
} as const

export const contentTellings: Tellings<ContentRefusal> = {
  "content.course_not_found": {
    family: "not_found",
    en: ({ course }) => `There is no course ${course}.`,
    fr: ({ course }) => `Il n'y a pas de cours ${course}.`
  },
  "content.module_not_found": {
    family: "not_found",
    en: ({ moduleId }) => `There is no module ${moduleId}.`,
    fr: ({ moduleId }) => `Il n'y a pas de module ${moduleId}.`
  },
  "content.lesson_not_found": {
    family: "not_found",
    en: ({ lesson }) => `There is no lesson ${lesson}.`,
    fr: ({ lesson }) => `Il n'y a pas de leçon ${lesson}.`
  },
  "content.revision_not_found": {
    family: "not_found",
    en: ({ id }) => `Nothing is being revised in ${id}.`,
    fr: ({ id }) => `Aucune révision n'est en cours pour ${id}.`
  },
  "content.tag_not_found": {
    family: "not_found",
    en: ({ slug }) => `There is no tag ${slug}.`,
    fr: ({ slug }) => `Il n'y a pas d'étiquette ${slug}.`
  },
  "content.instructor_not_found": {
    family: "invalid",
    en: ({ instructorId }) => `There is no user ${instructorId} to teach the course.`,
    fr: ({ instructorId }) => `Il n'y a pas d'utilisateur ${instructorId} pour enseigner le cours.`
  },
  "content.slug_taken": {
    family: "conflict",
    en: ({ slug }) => `The address ${slug} is taken.`,
    fr: ({ slug }) => `L'adresse ${slug} est déjà prise.`
  },
  "content.module_key_taken": {
    family: "conflict",
    en: ({ key }) => `The course has a module ${key} already.`,
    fr: ({ key }) => `Le cours a déjà un module ${key}.`
  },
  "content.tag_exists": {
    family: "conflict",
    en: ({ slug }) => `There is a tag ${slug} already.`,
    fr: ({ slug }) => `Il y a déjà une étiquette ${slug}.`
  },
  "content.transition_not_allowed": {
    family: "conflict",
    en: ({ from, to }) => `What is ${from.replace("_", " ")} cannot become ${to.replace("_", " ")} this way.`,
    fr: ({ from, to }) =>
      `Un contenu « ${statusInFrench[from]} » ne peut pas devenir « ${statusInFrench[to]} » ainsi.`
  },
  "content.nothing_to_publish": {
    family: "invalid",
    en: () => "A course needs a published module with a published lesson before it can be published.",
    fr: () => "Un cours doit avoir un module publié avec une leçon publiée avant d'être publié."
  },
  "content.already_published": {
    family: "conflict",
    en: () => "The course is published already; its publication cannot be moved.",
    fr: () => "Le cours est déjà publié ; sa publication ne peut plus être déplacée."
  },
  "content.prerequisite_cycle": {
    family: "invalid",
    en: ({ cycle }) => `These lessons would wait for each other: ${cycle.join(" → ")}.`,
    fr: ({ cycle }) => `Ces leçons s'attendraient l'une l'autre : ${cycle.join(" → ")}.`
  },
  "content.has_learners": {
    family: "conflict",
    en: () => "Somebody has learned from this; archive it instead of deleting it.",
    fr: () => "Quelqu'un a déjà appris avec ce contenu ; archivez-le au lieu de le supprimer."
  }
}
