/** The ways flags says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { FlagKey } from "./key.ts"

export class FlagNotFound extends Schema.TaggedError<FlagNotFound>()("flags.flag_not_found", {
  key: FlagKey
}) {}
export class FlagExists extends Schema.TaggedError<FlagExists>()("flags.flag_exists", { key: FlagKey }) {}

export type FlagRefusal = FlagNotFound | FlagExists

export const flagTellings: Tellings<FlagRefusal> = {
  "flags.flag_not_found": {
    family: "not_found",
    en: ({ key }) => `There is no flag ${key}.`,
    fr: ({ key }) => `Il n'y a pas de drapeau ${key}.`
  },
  "flags.flag_exists": {
    family: "conflict",
    en: ({ key }) => `There is a flag ${key} already.`,
    fr: ({ key }) => `Il y a déjà un drapeau ${key}.`
  }
}
