/** The door of webhooks: events sent to other systems. */
export { WebhookDispatch, webhooksSubscriber } from "./dispatch.ts"
export * from "./errors.ts"
export * from "./model.ts"
export { hostOf, isAllowedTarget, isPrivateHost } from "./rules/address.ts"
export { WebhookMessage } from "./rules/message.ts"
export { Webhooks } from "./service.ts"
