import { operations, Webhooks } from "@lyceum/core/webhooks"
import { noun, verb } from "../verb.ts"

const fields = { id: "Id of the subscription" }

export const webhooksCommand = noun("webhooks", "Events sent to other systems, signed", [
  verb(Webhooks, operations, "create", {
    about: "Subscribe an address; its secret is shown once",
    args: ["url"],
    examples: [
      {
        command: `lyceum webhooks create https://crm.example/hooks --events "access.*"`,
        description: "Everything of the paywall"
      }
    ]
  }),
  verb(Webhooks, operations, "list", { about: "All subscriptions, newest first" }),
  verb(Webhooks, operations, "get", { about: "One subscription", args: ["id"], fields }),
  verb(Webhooks, operations, "update", {
    about: "Change address, events, or turn it on and off",
    args: ["id"],
    fields
  }),
  verb(Webhooks, operations, "remove", {
    about: "Remove a subscription with its deliveries",
    args: ["id"],
    fields
  }),
  verb(Webhooks, operations, "rotateSecret", {
    about: "Make a new secret; the old one signs too until the time you give",
    args: ["id"],
    fields
  }),
  verb(Webhooks, operations, "deliveries", { about: "What was sent, newest first", args: ["id"], fields }),
  verb(Webhooks, operations, "replay", {
    about: "Send one delivery again",
    args: ["id"],
    fields: { id: "Id of the delivery" }
  }),
  verb(Webhooks, operations, "ping", { about: "Send a test event", args: ["id"], fields })
])
