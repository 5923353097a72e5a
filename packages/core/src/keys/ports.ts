/** What keys needs from outside. */
import { Context, type Effect, type Option } from "effect"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { RotationUnderWay } from "./errors.ts"
import type { ApiKey, ApiKeyId } from "./model.ts"

export class ApiKeys extends Context.Service<
  ApiKeys,
  {
    /** Stores a key with the SHA-256 of its secret, in lower-case hex. A key has one successor that is not revoked. */
    readonly insert: (key: ApiKey, digest: string) => Effect.Effect<void, RotationUnderWay, InTransaction>
    /** The key of a digest, ended ones too; one look-up in a unique index, whatever the digest. */
    readonly findByDigest: (digest: string) => Effect.Effect<Option.Option<ApiKey>>
    readonly find: (id: ApiKeyId) => Effect.Effect<Option.Option<ApiKey>>
    /** As `find`, holding the key until the transaction ends. */
    readonly findForUpdate: (id: ApiKeyId) => Effect.Effect<Option.Option<ApiKey>, never, InTransaction>
    readonly update: (key: ApiKey) => Effect.Effect<void, never, InTransaction>
    /** Writes the last use, if the one written is at or before `lastAtMost`, or none is: of many at once, one writes. */
    readonly recordUse: (
      id: ApiKeyId,
      now: Instant,
      lastAtMost: Instant
    ) => Effect.Effect<void, never, InTransaction>
    /** Newest first. Position: `[id]`. */
    readonly list: (after: Option.Option<Position>, count: number) => Effect.Effect<ReadonlyArray<ApiKey>>
  }
>()("lyceum/keys/ApiKeys") {}
