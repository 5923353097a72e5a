import { Schema } from "effect"
import { Uuid } from "../shared/id.ts"

export const SubscriptionId = Uuid.pipe(Schema.brand("WebhookSubscriptionId"))
export type SubscriptionId = typeof SubscriptionId.Type
export const DeliveryId = Uuid.pipe(Schema.brand("WebhookDeliveryId"))
export type DeliveryId = typeof DeliveryId.Type
