/** The ways webhooks says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"
import { DeliveryId, SubscriptionId } from "./id.ts"

export class SubscriptionNotFound extends Schema.TaggedError<SubscriptionNotFound>()(
  "webhooks.subscription_not_found",
  {
    id: SubscriptionId
  }
) {}

export class WebhookDeliveryNotFound extends Schema.TaggedError<WebhookDeliveryNotFound>()(
  "webhooks.delivery_not_found",
  {
    id: DeliveryId
  }
) {}

/** Nothing is sent to a disabled subscription: enable it first. */
export class SubscriptionIsDisabled extends Schema.TaggedError<SubscriptionIsDisabled>()(
  "webhooks.subscription_is_disabled",
  {
    id: SubscriptionId
  }
) {}

export type WebhookRefusal = SubscriptionNotFound | WebhookDeliveryNotFound | SubscriptionIsDisabled

export const webhookTellings: Tellings<WebhookRefusal> = {
  "webhooks.subscription_not_found": {
    family: "not_found",
    en: ({ id }) => `There is no webhook subscription ${id}.`,
    fr: ({ id }) => `Il n'y a pas d'abonnement webhook ${id}.`
  },
  "webhooks.delivery_not_found": {
    family: "not_found",
    en: ({ id }) => `There is no webhook delivery ${id}.`,
    fr: ({ id }) => `Il n'y a pas d'envoi webhook ${id}.`
  },
  "webhooks.subscription_is_disabled": {
    family: "conflict",
    en: () => "This webhook subscription is disabled: enable it first.",
    fr: () => "Cet abonnement webhook est désactivé : activez-le d'abord."
  }
}
