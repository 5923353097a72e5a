/** What is sent: the event, and the proof that it is ours, after Standard Webhooks. Source: OPS-5, KER-19. */
import { DateTime, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { Actor, withoutClaims } from "../../shared/actor.ts"
import { EventId, type StoredEvent } from "../../shared/event.ts"
import { Instant, isWithin } from "../../shared/instant.ts"
import type { SecretSubscription } from "../model.ts"

/** An event as receivers read it: `type` is its name, `data` its payload. */
export const WebhookMessage = Schema.Struct({
  id: EventId,
  type: Schema.String,
  version: Schema.Int,
  timestamp: Instant,
  actor: Actor,
  subjects: Schema.Record(Schema.String, Schema.String),
  data: Schema.Json
})
const encode = Schema.encodeSync(Schema.fromJsonString(Schema.toCodecJson(WebhookMessage)))

export const bodyOf = (event: StoredEvent): string =>
  encode({
    id: event.id,
    type: event.name,
    version: event.version,
    timestamp: event.at,
    actor: withoutClaims(event.actor),
    subjects: event.subjects,
    data: event.payload
  })

/** What each signature signs. The time is in whole seconds, so that receivers can refuse what was recorded and sent again. */
export const signedContent = (message: {
  readonly id: string
  readonly at: Instant
  readonly body: string
}): string => `${message.id}.${secondsOf(message.at)}.${message.body}`

const secondsOf = (at: Instant): number => Math.floor(DateTime.toEpochMillis(at) / 1000)

/** Random bytes in a secret. */
export const secretBytes = 32
export const secretOf = (random: Uint8Array): string => `whsec_${Base64.encode(random)}`

/** The secrets that sign at an instant: two during a rotation, the newer one first. */
export const signingSecrets = (
  { previousSecret, previousSecretEndsAt, secret }: SecretSubscription,
  now: Instant
): ReadonlyArray<string> =>
  previousSecret !== undefined && isWithin(now, { to: previousSecretEndsAt })
    ? [secret, previousSecret]
    : [secret]

/** The headers of a message; receivers need one of the signatures to be right. */
export const headersOf = (
  id: EventId,
  at: Instant,
  signatures: ReadonlyArray<Uint8Array>
): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "user-agent": "Lyceum-Webhooks",
  "webhook-id": id,
  "webhook-timestamp": String(secondsOf(at)),
  "webhook-signature": signatures.map((signature) => `v1,${Base64.encode(signature)}`).join(" ")
})
