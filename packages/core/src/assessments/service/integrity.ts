/** Whether attempts still have the content that they began with. Source: ASM-8. */
import { Effect } from "effect"
import { Digest } from "effect/crypto"
import { SnapshotCorrupt } from "../errors.ts"
import type { Attempt, Snapshot } from "../model/index.ts"
import { checkSnapshot, snapshotText } from "../rules/snapshot.ts"

/** Hashes snapshots, and refuses attempts whose snapshot has another hash than at their start; the log is told of them. */
export const integrityReader = Effect.map(Digest.Digest, (digest) => {
  const hashOf = (snapshot: Snapshot) =>
    digest.digestHex(Digest.sha256, new TextEncoder().encode(snapshotText(snapshot)))

  const check = (attempt: Attempt): Effect.Effect<void, SnapshotCorrupt> =>
    Effect.flatMap(hashOf(attempt.contentSnapshot), (hash) =>
      Effect.fromResult(checkSnapshot(attempt, hash))
    ).pipe(
      Effect.tapError(({ attemptId }) => Effect.logError("an attempt's snapshot is corrupt", { attemptId }))
    )

  return { hashOf, check }
})
