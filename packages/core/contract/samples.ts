/** Small valid values for contracts. */
import { DateTime, Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import type { Flag } from "../src/flags/index.ts"
import { FlagKey } from "../src/flags/key.ts"
import type { NewEvent } from "../src/shared/event.ts"
import { UserId } from "../src/shared/id.ts"

let made = 0
/** A word that no other test of this process uses: tests of one file share a database. */
export const unique = (word: string): string => `${word}_${(made += 1)}`

/** A flag with a key of its own, off for everyone. */
export const someFlag = (fields: Partial<Flag> = {}): Flag => ({
  key: FlagKey.make(unique("flag")),
  description: "A flag of a test",
  enabled: false,
  rolloutPercentage: 100,
  targetConditions: {},
  type: "temporary",
  isSystemCritical: false,
  createdAt: DateTime.makeUnsafe("2026-01-05T09:00:00Z"),
  updatedAt: DateTime.makeUnsafe("2026-01-05T09:00:00Z"),
  ...fields
})

/** An event of a key of its own. */
export const someEvent = (fields: Partial<NewEvent> = {}): NewEvent => ({
  name: "contract.something_happened",
  version: 1,
  key: unique("key"),
  subjects: {},
  payload: {},
  ...fields
})

export const someUser = (): UserId =>
  UserId.make(`00000000-0000-4000-8000-${String((made += 1)).padStart(12, "0")}`)

/** Generated values, the same ones in each run. */
export const samples = <A>(arbitrary: fc.Arbitrary<A>, count: number): ReadonlyArray<A> =>
  fc.sample(arbitrary, { numRuns: count, seed: 20260105 })

/** JSON as it is allowed in payloads and values, with text from many alphabets. */
export const anyJson = fc
  .jsonValue({ maxDepth: 3, stringUnit: "grapheme" })
  .map((json) => JSON.parse(JSON.stringify(json)) as Schema.Json)

/** The tag and the data of an error, to compare with what is expected. */
export const fieldsOf = (error: object): unknown => ({ ...error })

export const at = (iso: string): DateTime.Utc => DateTime.makeUnsafe(iso)

/** Sets the clock of the test to a moment, or to one that is so many milliseconds from it. */
export const clockAt = (instant: string | DateTime.Utc, millis = 0): Effect.Effect<void> =>
  TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe(instant)) + millis)

/** Real time passes, whatever the clock of the test says: for what another fiber does meanwhile. */
export const moment = (milliseconds: number): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const timer = setTimeout(() => resume(Effect.void), milliseconds)
    return Effect.sync(() => clearTimeout(timer))
  })
