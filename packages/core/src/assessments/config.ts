/** What a deployment chooses about assessments. */
import { Context } from "effect"
import { defaultGraceMillis } from "./rules/deadline.ts"

/** How many milliseconds after the deadline a submission still counts as on time. Source: ASM-6. */
export const SubmitGrace = Context.Reference<number>("lyceum/assessments/SubmitGrace", {
  defaultValue: () => defaultGraceMillis
})
