/** Where a course, a lesson or a revision stands between its author and its readers. Source: CON-1. */
import { Schema } from "effect"
import { UserId } from "../../shared/id.ts"
import { Instant } from "../../shared/instant.ts"

export const WorkflowStatus = Schema.Literals(["draft", "in_review", "published", "archived"]).annotate({
  identifier: "WorkflowStatus"
})
export type WorkflowStatus = typeof WorkflowStatus.Type

/** The verbs of the workflow, by the names they have in the history. */
export const TransitionName = Schema.Literals([
  "submit_for_review",
  "approve_content",
  "reject_content",
  "withdraw_content",
  "archive_content",
  "unpublish_content",
  "restore_content"
]).annotate({ identifier: "TransitionName" })
export type TransitionName = typeof TransitionName.Type

/** What goes through the workflow. A revision goes through it for its course or lesson. */
export const ItemType = Schema.Literals(["course", "lesson"]).annotate({ identifier: "ContentItemType" })
export type ItemType = typeof ItemType.Type

/** What the workflow knows of whatever goes through it. */
export const workflowFields = {
  workflowStatus: WorkflowStatus,
  /** Absent for what a service made. */
  createdBy: Schema.optionalKey(UserId),
  /** Who changed the content last: they do not approve it (CON-1). Absent when it was a service. */
  lastEditorId: Schema.optionalKey(UserId),
  /** When it was handed in; present while in review. */
  submittedAt: Schema.optionalKey(Instant)
}

/** Counts every change of a course or lesson, those of its revision included: one number to guard edits by (KER-23). */
export const Version = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_147_483_647 })).annotate({
  identifier: "Version"
})
