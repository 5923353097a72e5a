import { Schema } from "effect"
import { Uuid } from "../shared/id.ts"

export const JobId = Uuid.pipe(Schema.brand("JobId"))
export type JobId = typeof JobId.Type

/** `failed` has used up its tries, or was cancelled: it waits for a person. */
export const JobStatus = Schema.Literals(["pending", "running", "completed", "failed"]).annotate({
  identifier: "JobStatus"
})
export type JobStatus = typeof JobStatus.Type
