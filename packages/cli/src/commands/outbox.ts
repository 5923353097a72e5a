import { operations, OutboxDesk } from "@lyceum/core/outbox"
import { noun, verb } from "../verb.ts"

export const outboxCommand = noun("outbox", "Events that were stored, and who handled them", [
  verb(OutboxDesk, operations, "deliveries", {
    about: "Deliveries, newest event first",
    examples: [
      {
        command: "lyceum outbox deliveries --status failed",
        description: "What is parked and holds back its key"
      }
    ]
  }),
  verb(OutboxDesk, operations, "events", {
    about: "The audit trail, newest first",
    fields: { name: "Only events of this name, as in access.entitlement_granted" },
    columns: ["at", "name", "actor", "subjects", "id"],
    examples: [
      { command: "lyceum outbox events --name access.entitlement_granted", description: "Who was given what" }
    ]
  }),
  verb(OutboxDesk, operations, "replay", { about: "Try a delivery again at once" }),
  verb(OutboxDesk, operations, "skip", { about: "Give a delivery up, so that later events of its key go on" })
])
