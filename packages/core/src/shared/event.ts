/** What commands did, as stored facts that others follow. Source: KER-16, KER-26. */
import { Schema } from "effect"
import { Actor } from "./actor.ts"
import { Uuid } from "./id.ts"
import { Instant } from "./instant.ts"

export const EventId = Uuid.pipe(Schema.brand("EventId"))
export type EventId = typeof EventId.Type

/** An event as it is stored, delivered, searched and sent to webhooks. */
export const StoredEvent = Schema.Struct({
  id: EventId,
  /** `context.what_happened`, in the past tense; never renamed. */
  name: Schema.String,
  /** The version of the payload; older ones are upcast when read. */
  version: Schema.Int,
  at: Instant,
  actor: Actor,
  /** Events of one key are handled in the order they were stored. */
  key: Schema.String,
  /** The ids of what it is about, by name: `{ userId, courseId }`. Searchable. */
  subjects: Schema.Record(Schema.String, Schema.String),
  payload: Schema.Json
}).annotate({ identifier: "StoredEvent" })
export type StoredEvent = typeof StoredEvent.Type

/** An event that a rule decided on; the outbox adds id, time and actor. */
export type NewEvent = Pick<StoredEvent, "name" | "version" | "key" | "subjects" | "payload">

/** One kind of event: calling it makes one, `read` takes one apart. */
export interface EventDefinition<Payload> {
  (payload: Payload): NewEvent
  readonly eventName: string
  readonly version: number
  /** The payload of a stored event of this name, whatever version it was stored with. Dies on what does not decode. */
  readonly read: (event: StoredEvent) => Payload
}

/** Turns the payload of an older version into that of the next one. */
export type Upcast = (payload: Schema.Json) => Schema.Json

/**
 * Defines an event: `defineEvent("access.entitlement_granted", { payload, key, subjects })`.
 * `upcasts[0]` turns version 1 into version 2, and so on; the current version is one more than their number.
 */
export const defineEvent = <S extends Schema.Codec<any, any>>(
  name: string,
  definition: {
    readonly payload: S
    readonly key: (payload: S["Type"]) => string
    readonly subjects: (payload: S["Type"]) => Readonly<Record<string, string>>
    readonly upcasts?: ReadonlyArray<Upcast>
  }
): EventDefinition<S["Type"]> => {
  const json = Schema.toCodecJson(definition.payload)
  const encode = Schema.encodeSync(json) as (payload: S["Type"]) => Schema.Json
  const decode = Schema.decodeUnknownSync(json) as (payload: unknown) => S["Type"]
  const upcasts = definition.upcasts ?? []
  const version = upcasts.length + 1
  const make = (payload: S["Type"]): NewEvent => ({
    name,
    version,
    key: definition.key(payload),
    subjects: definition.subjects(payload),
    payload: encode(payload)
  })
  const read = (event: StoredEvent) =>
    decode(upcasts.slice(event.version - 1).reduce((payload, upcast) => upcast(payload), event.payload))
  return Object.assign(make, { eventName: name, version, read })
}
