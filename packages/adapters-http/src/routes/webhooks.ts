import { operations, Webhooks } from "@lyceum/core/webhooks"
import { del, get, patch, post, routes } from "../endpoint.ts"

export const webhookRoutes = routes(Webhooks, operations, {
  list: get("/v1/webhooks", "Subscriptions, newest first"),
  create: post("/v1/webhooks", "Send events to another system; the secret is shown once", {
    creates: "/v1/webhooks/:subscription.id"
  }),
  get: get("/v1/webhooks/:id", "One subscription"),
  update: patch("/v1/webhooks/:id", "Change a subscription, or enable it again"),
  remove: del("/v1/webhooks/:id", "Remove a subscription with its deliveries"),
  rotateSecret: post("/v1/webhooks/:id/secret-rotation", "Make a new secret beside one that is to end"),
  ping: post("/v1/webhooks/:id/ping", "Send a test event"),
  deliveries: get("/v1/webhooks/:id/deliveries", "Deliveries of a subscription, newest first"),
  replay: post("/v1/webhook-deliveries/:id/replay", "Send one delivery again")
})
