/** The steps an item took, and the board of what waits for whom. Source: CON-3, CON-11. */
import { Schema } from "effect"
import { Actor } from "../../shared/actor.ts"
import { CourseId, UserId, Uuid } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"
import { ItemType, TransitionName, Version, WorkflowStatus } from "./workflow.ts"

/** One step of the workflow, as the history of its item lists it. */
export const HistoryEntry = Schema.Struct({
  itemType: ItemType,
  itemId: Uuid,
  /** The item's version after the step: the order of its history. */
  version: Version,
  /** True for a step of the revision beside a published item. */
  isRevision: Schema.Boolean,
  transitionName: TransitionName,
  fromStatus: WorkflowStatus,
  toStatus: WorkflowStatus,
  /** Without claims: who, and nothing about them. */
  actor: Actor,
  comment: Schema.optionalKey(Schema.String),
  /** For when a course was published, if not at once. */
  publishAt: Schema.optionalKey(Instant),
  occurredAt: Instant
}).annotate({ identifier: "HistoryEntry" })
export type HistoryEntry = typeof HistoryEntry.Type

/** A course, a lesson, or the open revision of one, on the board. */
export const BoardItem = Schema.Struct({
  itemType: ItemType,
  id: Uuid,
  courseId: CourseId,
  isRevision: Schema.Boolean,
  workflowStatus: WorkflowStatus,
  title: Schema.String,
  createdBy: Schema.optionalKey(UserId),
  /** When it was handed in, while in review; else when it last changed. */
  since: Instant,
  /** Of a course. */
  lessonCount: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "BoardItem" })
export type BoardItem = typeof BoardItem.Type

/** The order of the board: what waits for a reviewer comes first. */
export const boardOrder: ReadonlyArray<WorkflowStatus> = ["in_review", "draft", "published", "archived"]
