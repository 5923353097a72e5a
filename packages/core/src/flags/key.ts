import { Schema } from "effect"

/** The name of a flag: lower-case words joined by underscores. */
export const FlagKey = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]{1,79}$/u, { description: "lower-case words joined by underscores" })
).pipe(Schema.brand("FlagKey"))
export type FlagKey = typeof FlagKey.Type
