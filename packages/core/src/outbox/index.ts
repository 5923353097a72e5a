/** The door of the outbox desk: the audit trail and deliveries that are stuck. */
export * from "./errors.ts"
export * from "./model.ts"
export { OutboxDesk } from "./service.ts"
