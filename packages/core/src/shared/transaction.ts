/**
 * One unit of work: everything inside commits together or not at all.
 *
 * Services decide where a transaction begins and ends; adapters decide how.
 */
import { Context, Data, type Effect } from "effect"
import type { Instant } from "./instant.ts"

/**
 * Proof that the caller runs inside a transaction, and its one instant (KER-1). Only `Transaction.run` provides it, so
 * a write outside a transaction does not compile.
 */
export class InTransaction extends Context.Service<InTransaction, { readonly now: Instant }>()(
  "lyceum/shared/InTransaction"
) {}

export class Transaction extends Context.Service<
  Transaction,
  {
    /**
     * Runs `body` atomically. A failure, defect or interruption rolls back. A nested run joins the outer one as a
     * savepoint and keeps its instant.
     *
     * `body` may run again after a serialization failure or deadlock, with the same instant: keep it to port calls and
     * pure rules, and send anything else through the outbox.
     */
    readonly run: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, InTransaction>>
  }
>()("lyceum/shared/Transaction") {}

/**
 * The store cannot be reached, is too busy, or its disk is full. A defect, not a refusal: no use case can do
 * anything about it, and doors answer 503 with `Retry-After`. Source: KER-13, PG-13.
 */
export class StorageUnavailable extends Data.TaggedError("StorageUnavailable")<{
  readonly why: "unreachable" | "no_free_connection" | "contended" | "too_slow" | "disk_full"
  readonly retryAfterSeconds: number
  readonly cause?: unknown
}> {
  override get message(): string {
    return `the store is not available: ${this.why}`
  }
}
