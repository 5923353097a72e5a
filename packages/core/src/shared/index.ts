/** The ground floor: values with units, who asks, one unit of work, and what is told afterwards. Knows no context. */
export * from "./actor.ts"
export {
  type Address,
  AddressDigest,
  type Client,
  clientAddress,
  ClientAddresses,
  countedAs,
  CurrentClient,
  type Network,
  networkOf,
  readAddress,
  readNetwork
} from "./address.ts"
export * from "./decision.ts"
export { type Call, Door, WriteGate } from "./door.ts"
export * from "./errors.ts"
export * from "./event.ts"
export * from "./id.ts"
export { IdempotencyKey, IdempotencyKeyText } from "./idempotency.ts"
export * from "./instant.ts"
export * from "./money.ts"
export * from "./operation.ts"
export { Delivery, DeliveryStatus, Subscribers } from "./outbox.ts"
export type { Subscriber } from "./outbox.ts"
export { type Page, page, pageFields, type PageRequest } from "./page.ts"
export { Reactions, type Subscription } from "./reactions.ts"
export { RequestName } from "./request.ts"
export * from "./text.ts"
export { InTransaction, StorageUnavailable, Transaction } from "./transaction.ts"
