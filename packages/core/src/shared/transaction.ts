/**
 * One unit of work: everything inside commits together or not at all.
 *
 * Services decide where a transaction begins and ends; adapters decide how.
 */
import { Context, type Effect } from "effect"
import type { Instant } from "./instant.ts"

/**
 * Proof that the caller runs inside a transaction, and its one instant (KER-1). Only `Transaction.run` provides it, so
 * a write outside a transaction does not compile.
 */
export class InTransaction extends Context.Service<InTransaction, { readonly now: Instant }>()("lyceum/shared/InTransaction") {}

export class Transaction extends Context.Service<Transaction, {
  /**
   * Runs `body` atomically. A failure, defect or interruption rolls back. A nested run joins the outer one as a
   * savepoint and keeps its instant.
   *
   * `body` may run again after a serialization failure or deadlock, with the same instant: keep it to port calls and
   * pure rules, and send anything else through the outbox.
   */
  readonly run: <A, E, R>(body: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, InTransaction>>
}>()("lyceum/shared/Transaction") {}
