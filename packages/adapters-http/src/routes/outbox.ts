import { operations, OutboxDesk } from "@lyceum/core/outbox"
import { get, post, routes } from "../endpoint.ts"

export const outboxRoutes = routes(OutboxDesk, operations, {
  events: get("/v1/events", "The audit trail, newest first"),
  deliveries: get("/v1/deliveries", "Who handled which event, newest first"),
  replay: post("/v1/events/:eventId/deliveries/:subscriber/replay", "Try a delivery again at once"),
  skip: post("/v1/events/:eventId/deliveries/:subscriber/skip", "Give a delivery up")
})
