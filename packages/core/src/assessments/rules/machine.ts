/** The life of an attempt: this table is the whole of it. Source: ASM-28. */
import type { AttemptStatus } from "../model/index.ts"

export type AttemptCommand =
  | "start"
  | "save_responses"
  | "submit"
  | "enqueue_for_manual_review"
  | "grade_manual"
  | "regrade"
  | "abandon"
  | "expire"

export interface Edge {
  /** Absent for an attempt that begins. */
  readonly from?: AttemptStatus
  readonly command: AttemptCommand
  readonly to: AttemptStatus
}

/** Every transition there is; `abandoned` and `expired` go nowhere. */
export const edges: ReadonlyArray<Edge> = [
  { command: "start", to: "in_progress" },
  { from: "in_progress", command: "save_responses", to: "in_progress" },
  { from: "in_progress", command: "submit", to: "graded" },
  { from: "in_progress", command: "submit", to: "submitted" },
  { from: "in_progress", command: "submit", to: "needs_review" },
  { from: "submitted", command: "enqueue_for_manual_review", to: "needs_review" },
  { from: "submitted", command: "grade_manual", to: "graded" },
  { from: "needs_review", command: "grade_manual", to: "graded" },
  // By a correction, or by a second, different grade of a person (ASM-17).
  { from: "graded", command: "regrade", to: "graded" },
  { from: "in_progress", command: "abandon", to: "abandoned" },
  { from: "in_progress", command: "expire", to: "graded" },
  { from: "in_progress", command: "expire", to: "submitted" },
  { from: "in_progress", command: "expire", to: "needs_review" },
  { from: "in_progress", command: "expire", to: "expired" }
]

/** Statuses of which a learner has at most one attempt per assessment (ASM-2). */
export const activeStatuses: ReadonlySet<AttemptStatus> = new Set([
  "in_progress",
  "submitted",
  "needs_review"
])
