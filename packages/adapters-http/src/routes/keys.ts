import { Keys, operations } from "@lyceum/core/keys"
import { get, post, routes } from "../endpoint.ts"

export const keyRoutes = routes(Keys, operations, {
  list: get("/v1/api-keys", "API keys, newest first"),
  create: post("/v1/api-keys", "Make an API key; its secret is shown once", { creates: true }),
  rotate: post("/v1/api-keys/:id/rotation", "Make a second key beside one that is to end", { creates: true }),
  revoke: post("/v1/api-keys/:id/revocation", "End an API key at once")
})
