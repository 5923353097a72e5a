/** The ids of content's own things; those of courses and lessons live on the ground floor. */
import { Schema } from "effect"
import { Uuid } from "../../shared/id.ts"

export const ModuleId = Uuid.pipe(Schema.brand("ModuleId"))
export type ModuleId = typeof ModuleId.Type

export const TagId = Uuid.pipe(Schema.brand("TagId"))
export type TagId = typeof TagId.Type

export const RevisionId = Uuid.pipe(Schema.brand("RevisionId"))
export type RevisionId = typeof RevisionId.Type
