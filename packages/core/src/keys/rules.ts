/** The verbs of keys: pure, total, clockless. */
import { DateTime, Duration, Result } from "effect"
import { Base64Url } from "effect/encoding"
import { type Actor, service } from "../shared/actor.ts"
import type { Decision } from "../shared/decision.ts"
import { Forbidden, Invalid } from "../shared/errors.ts"
import { type Instant, isWithin } from "../shared/instant.ts"
import { ApiKeyEnded, RotationUnderWay } from "./errors.ts"
import {
  type ApiKey,
  ApiKeyCreated,
  type ApiKeyId,
  ApiKeyRevoked,
  ApiKeyRotated,
  type CreateApiKey,
  type RotateApiKey,
  type Scope
} from "./model.ts"

/** Random bytes in a secret: 256 bits. */
export const secretBytes = 32

/** The secret of random bytes, as it is shown once. */
export const secretOf = (random: Uint8Array): string => `lyc_${Base64Url.encode(random)}`

/** Before the name of a service that a key speaks for, so that no key passes for a part of the platform. */
const prefix = "key:"

/** As whom a key acts. */
export const actorOf = ({ name }: ApiKey): Actor => service(`${prefix}${name}`)

/** A use is written down when the last one written is at least this old. */
export const usesWrittenEvery = Duration.minutes(1)

/** Valid until the instant it expires at, and until it is revoked. */
export const isValid = ({ expiresAt, revokedAt }: ApiKey, now: Instant): boolean =>
  revokedAt === undefined && isWithin(now, { to: expiresAt })

/** Whether scopes hold a use case, named as in its definition. Source: API-10. */
export const permits = (scopes: ReadonlyArray<Scope>, operation: string): boolean =>
  scopes.includes(operation) || scopes.includes(`${operation.slice(0, operation.indexOf("."))}.*`)

/** A key makes no keys: it would hand out scopes that it does not have. */
export const mayManageKeys = (actor: Actor): Result.Result<void, Forbidden> =>
  actor._tag === "Service" && actor.name.startsWith(prefix)
    ? Result.fail(new Forbidden({ needs: "a person, not an API key" }))
    : Result.void

/** A new key must live for a while. */
const endsLater = (expiresAt: Instant | undefined, now: Instant): Result.Result<void, Invalid> =>
  isWithin(now, { to: expiresAt })
    ? Result.void
    : Result.fail(Invalid.at(["expiresAt"], "must be in the future"))

const fresh = (
  given: Pick<ApiKey, "name" | "scopes" | "replaces" | "expiresAt">,
  id: ApiKeyId,
  now: Instant
): ApiKey => ({ ...given, id, createdAt: now, updatedAt: now })

export const create = (
  given: CreateApiKey,
  id: ApiKeyId,
  now: Instant
): Result.Result<Decision<ApiKey>, Invalid> =>
  Result.map(endsLater(given.expiresAt, now), () => {
    const key = fresh(given, id, now)
    return { state: key, events: [ApiKeyCreated({ key })] }
  })

/** Both keys of a rotation. */
export interface Rotated {
  readonly old: ApiKey
  readonly new: ApiKey
}

/**
 * A second key beside the first. The old one ends at `oldEndsAt`, never later than it would have. Refused while the key
 * before it is still valid, since that would make three.
 */
export const rotate = (
  key: ApiKey,
  asked: Omit<RotateApiKey, "id"> & { readonly newId: ApiKeyId; readonly predecessor: ApiKey | undefined },
  now: Instant
): Result.Result<Decision<Rotated>, ApiKeyEnded | Invalid | RotationUnderWay> =>
  Result.gen(function* () {
    if (!isValid(key, now)) return yield* Result.fail(new ApiKeyEnded({ id: key.id }))
    if (asked.predecessor !== undefined && isValid(asked.predecessor, now)) {
      return yield* Result.fail(new RotationUnderWay({ id: key.id }))
    }
    if (DateTime.isLessThan(asked.oldEndsAt, now))
      return yield* Result.fail(Invalid.at(["oldEndsAt"], "must not be in the past"))
    yield* endsLater(asked.expiresAt, now)
    const old: ApiKey = {
      ...key,
      expiresAt: key.expiresAt === undefined ? asked.oldEndsAt : DateTime.min(key.expiresAt, asked.oldEndsAt),
      updatedAt: now
    }
    const second = fresh(
      {
        name: key.name,
        scopes: key.scopes,
        replaces: key.id,
        ...(asked.expiresAt !== undefined && { expiresAt: asked.expiresAt })
      },
      asked.newId,
      now
    )
    return { state: { old, new: second }, events: [ApiKeyRotated({ old, new: second })] }
  })

export const revoke = (key: ApiKey, now: Instant): Result.Result<Decision<ApiKey>, ApiKeyEnded> => {
  if (!isValid(key, now)) return Result.fail(new ApiKeyEnded({ id: key.id }))
  const revoked: ApiKey = { ...key, revokedAt: now, updatedAt: now }
  return Result.succeed({ state: revoked, events: [ApiKeyRevoked({ key: revoked })] })
}
