/** Identifiers: UUIDs, branded per entity so that one cannot be passed as another. Source: KER-4. */
import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"

/**
 * A lower-case UUID. One spelling only, so that text comparison and the database agree on what is the same.
 * An entity brands it: `const CourseId = Uuid.pipe(Schema.brand("CourseId"))`.
 */
export const Uuid = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u, {
    description: "a lower-case UUID"
  })
).annotate({ format: "uuid" })

/** Makes an id: version 7, so that ids sort by time of making; deterministic in tests through `SecureRandom.make`. */
export const newId = <Id extends string>(
  schema: { readonly make: (text: string) => Id },
  random: SecureRandom.SecureRandom["Service"]
): Effect.Effect<Id> => Effect.map(random.uuidV7(), (text) => schema.make(text))

/** Who a token speaks of; any UUID, since users come from elsewhere. Everything else refers to people by it. */
export const UserId = Uuid.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

/** Courses and lessons are named by so many contexts that their ids live on the ground floor. */
export const CourseId = Uuid.pipe(Schema.brand("CourseId"))
export type CourseId = typeof CourseId.Type
export const LessonId = Uuid.pipe(Schema.brand("LessonId"))
export type LessonId = typeof LessonId.Type
