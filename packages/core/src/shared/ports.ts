/** The ports of the ground floor, for authors of adapters. */
export { AddressSalts } from "./address.ts"
export * from "./idempotency.ts"
export * from "./outbox.ts"
export type { Position } from "./page.ts"
export { InTransaction, Transaction } from "./transaction.ts"
