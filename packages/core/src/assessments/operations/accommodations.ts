/** Every use case of the noun `accommodations`. Source: ASM-5. */
import { Schema } from "effect"
import { ProfileNotFound } from "../../identity/index.ts"
import { UserId } from "../../shared/id.ts"
import { command, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { AccommodationNotFound, AssessmentNotFound } from "../errors.ts"
import { Accommodation } from "../model/assessment.ts"
import { AssessmentId } from "../model/ids.ts"

const { grantedBy: _grantedBy, updatedAt: _updatedAt, ...given } = Accommodation.fields
const whose = { assessmentId: AssessmentId, userId: UserId }

/** Each takes `assessments:update`. */
export const accommodationOperations = {
  /** In place of what was granted before; the deadline of a running attempt moves at once, and never to an earlier moment. */
  put: command("accommodations.put", {
    input: Schema.Struct(given),
    output: Accommodation,
    refusals: [AssessmentNotFound, ProfileNotFound]
  }),
  /** The attempt that runs keeps its deadline. */
  withdraw: command("accommodations.withdraw", {
    input: Schema.Struct({ ...whose, reason: given.reason }),
    output: Accommodation,
    refusals: [AssessmentNotFound, AccommodationNotFound]
  }),
  get: query("accommodations.get", {
    input: Schema.Struct(whose),
    output: Accommodation,
    refusals: [AssessmentNotFound, AccommodationNotFound]
  }),
  /** By learner. */
  list: query("accommodations.list", {
    input: Schema.Struct({ assessmentId: AssessmentId, ...pageFields }),
    output: page(Accommodation),
    refusals: [AssessmentNotFound]
  })
}
