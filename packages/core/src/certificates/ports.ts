/** What certificates needs from outside. */
import { Context, Data, type Effect, type Option } from "effect"
import type { AttemptId, Scope } from "../assessments/index.ts"
import type { UserId } from "../shared/id.ts"
import type { Instant } from "../shared/instant.ts"
import type { Position } from "../shared/page.ts"
import type { InTransaction } from "../shared/transaction.ts"
import type { CertificateId } from "./id.ts"
import type { Certificate, OldCertificate, Revocation, VerificationCall } from "./model.ts"

export interface Part {
  readonly after: Option.Option<Position>
  readonly count: number
}

/** Another certificate has this serial number, or this hash. Nobody is told: another one is drawn. */
export class NumberTaken extends Data.TaggedError("NumberTaken")<{}> {}
/** The learner has a valid certificate of this scope. Source: CRT-2. */
export class ValidExists extends Data.TaggedError("ValidExists")<{}> {}

/** Certificates. Those of old, without hashes, are known to `findValid` and `claimUnhashed` alone. */
export class CertificateStore extends Context.Service<
  CertificateStore,
  {
    readonly find: (id: CertificateId) => Effect.Effect<Option.Option<Certificate>>
    /** With the number that the store gave it, counted from 0: its place in the lists of the revoked. */
    readonly findByHash: (
      verifyHash: string
    ) => Effect.Effect<Option.Option<{ readonly certificate: Certificate; readonly statusIndex: number }>>
    /** The one valid certificate of a learner and a scope (CRT-2). */
    readonly findValid: (
      userId: UserId,
      scope: Scope
    ) => Effect.Effect<Option.Option<Certificate | OldCertificate>>
    /** What an attempt earned, in the order of issue. */
    readonly ofAttempt: (attemptId: AttemptId) => Effect.Effect<ReadonlyArray<Certificate>>
    /** Newest first. Position: `[id]`. */
    readonly list: (userId: UserId, part: Part) => Effect.Effect<ReadonlyArray<Certificate>>
    /** The learner's profile must be held; what breaks a rule all the same is refused by the store. */
    readonly insert: (
      certificate: Certificate | OldCertificate
    ) => Effect.Effect<void, NumberTaken | ValidExists, InTransaction>
    /** Stores that it was superseded or revoked. Nothing else of a certificate changes. */
    readonly update: (certificate: Certificate) => Effect.Effect<void, never, InTransaction>
    readonly insertRevocation: (revocation: Revocation) => Effect.Effect<void, never, InTransaction>
    readonly revocation: (id: CertificateId) => Effect.Effect<Option.Option<Revocation>>
    /** Those without hashes, the oldest first, held; what others hold is passed over. */
    readonly claimUnhashed: (
      count: number
    ) => Effect.Effect<ReadonlyArray<OldCertificate>, never, InTransaction>
    /** Stores the hashes of one that has none; false, changing nothing, when it has some. */
    readonly fillHashes: (certificate: Certificate) => Effect.Effect<boolean, never, InTransaction>
    /** The numbers of the revoked that lie from `from` on and before `to`, ascending. */
    readonly revokedNumbers: (from: number, to: number) => Effect.Effect<ReadonlyArray<number>>
  }
>()("lyceum/certificates/CertificateStore") {}

/** Who looked at certificates. Append-only (CRT-6). */
export class VerificationLog extends Context.Service<
  VerificationLog,
  {
    /**
     * When the client of these digests was let in after `since`, newest first, at most `count`. Until the transaction
     * ends, whoever asks for one of them waits.
     */
    readonly admittedForUpdate: (
      clientIpHashes: ReadonlyArray<string>,
      since: Instant,
      count: number
    ) => Effect.Effect<ReadonlyArray<Instant>, never, InTransaction>
    readonly append: (call: VerificationCall) => Effect.Effect<void, never, InTransaction>
    /** Newest first. Position: `[id]`. */
    readonly list: (part: Part) => Effect.Effect<ReadonlyArray<VerificationCall>>
  }
>()("lyceum/certificates/VerificationLog") {}
