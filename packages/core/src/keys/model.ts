/** The nouns of keys: what services show instead of a user's token. Source: API-10. */
import { Schema } from "effect"
import { defineEvent } from "../shared/event.ts"
import { Instant } from "../shared/instant.ts"
import { command, query } from "../shared/operation.ts"
import { page, pageFields } from "../shared/page.ts"
import { line } from "../shared/text.ts"
import { ApiKeyEnded, ApiKeyNotFound, RotationUnderWay } from "./errors.ts"
import { ApiKeyId } from "./id.ts"

export { ApiKeyId }

/** A use case by its name, or all of one context: `access.grant`, `access.*`. */
export const Scope = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z_]*\.(?:\*|[a-z][a-z_]*)$/u, {
    description: "`context.use_case` or `context.*`"
  }),
  Schema.isBetweenCodePoints(3, 100)
).annotate({ identifier: "Scope" })
export type Scope = typeof Scope.Type

/** `lyc_` and 256 random bits. Stored as SHA-256 only, so nobody can read it again. */
export const ApiKeySecret = Schema.String.check(
  Schema.isPattern(/^lyc_[A-Za-z0-9_-]{43}$/u, { description: "an API key" })
).annotate({ identifier: "ApiKeySecret" })

/** The service that the key speaks for; keys of one name are one service, in the audit trail and for idempotency. */
const ServiceName = line(100)
const Scopes = Schema.Array(Scope).check(Schema.isMinLength(1), Schema.isMaxLength(100))

/** A key as operators see it. Valid from its making until it expires or is revoked. */
export const ApiKey = Schema.Struct({
  id: ApiKeyId,
  name: ServiceName,
  scopes: Scopes,
  /** The key that this one takes over from. */
  replaces: Schema.optionalKey(ApiKeyId),
  /** At this instant it is not valid any more. */
  expiresAt: Schema.optionalKey(Instant),
  revokedAt: Schema.optionalKey(Instant),
  /** To the minute: a later use within a minute of this one is not written down. */
  lastUsedAt: Schema.optionalKey(Instant),
  createdAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "ApiKey" })
export type ApiKey = typeof ApiKey.Type

export const ApiKeyCreated = defineEvent("keys.key_created", {
  payload: Schema.Struct({ key: ApiKey }),
  key: ({ key }) => `api_key:${key.id}`,
  subjects: ({ key }) => ({ apiKeyId: key.id })
})
export const ApiKeyRotated = defineEvent("keys.key_rotated", {
  payload: Schema.Struct({ old: ApiKey, new: ApiKey }),
  key: ({ old }) => `api_key:${old.id}`,
  subjects: (rotated) => ({ apiKeyId: rotated.old.id, newApiKeyId: rotated.new.id })
})
export const ApiKeyRevoked = defineEvent("keys.key_revoked", {
  payload: Schema.Struct({ key: ApiKey }),
  key: ({ key }) => `api_key:${key.id}`,
  subjects: ({ key }) => ({ apiKeyId: key.id })
})

/** `secret` is in the first answer only: not when the command is repeated under its idempotency key. */
const Shown = Schema.Struct({ key: ApiKey, secret: Schema.optionalKey(ApiKeySecret) })
const shownOnce = ["secret"]

/** Every use case of keys. All of them are for people who manage operations, and for the operator; never for a key. */
export const operations = {
  create: command("keys.create", {
    input: Schema.Struct({ name: ServiceName, scopes: Scopes, expiresAt: Schema.optionalKey(Instant) }),
    output: Shown,
    shownOnce
  }),
  /** Newest first; what ended stays visible. */
  list: query("keys.list", { input: Schema.Struct(pageFields), output: page(ApiKey) }),
  /** Makes a second key of the same name and scopes; the old one stays valid until `oldEndsAt`, or until it expires. */
  rotate: command("keys.rotate", {
    input: Schema.Struct({ id: ApiKeyId, oldEndsAt: Instant, expiresAt: Schema.optionalKey(Instant) }),
    output: Shown,
    refusals: [ApiKeyNotFound, ApiKeyEnded, RotationUnderWay],
    shownOnce
  }),
  /** At once and for good. */
  revoke: command("keys.revoke", {
    input: Schema.Struct({ id: ApiKeyId }),
    output: ApiKey,
    refusals: [ApiKeyNotFound, ApiKeyEnded]
  })
}
export type CreateApiKey = (typeof operations.create)["input"]["Type"]
export type RotateApiKey = (typeof operations.rotate)["input"]["Type"]
