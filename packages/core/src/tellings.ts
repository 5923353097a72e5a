/** Every refusal there is, with its family and its sentences: one table for all doors. Source: KER-12. */
import { flagTellings } from "./flags/errors.ts"
import { outboxTellings } from "./outbox/errors.ts"
import { kernelTellings } from "./shared/errors.ts"

export const tellings = { ...kernelTellings, ...flagTellings, ...outboxTellings }

/** The codes that a client can meet; they never change. */
export type Code = keyof typeof tellings
