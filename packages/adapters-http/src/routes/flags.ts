import { FeatureFlags, operations } from "@lyceum/core/flags"
import { get, patch, post, routes } from "../endpoint.ts"

export const flagRoutes = routes(FeatureFlags, operations, {
  list: get("/v1/flags", "All flags, by key"),
  get: get("/v1/flags/:key", "One flag"),
  evaluate: post("/v1/flags/:key/evaluations", "Whether a flag is on for a subject, and why"),
  define: post("/v1/flags", "Add a flag", { creates: "/v1/flags/:key" }),
  change: patch("/v1/flags/:key", "Turn a flag on or off, or change its rollout")
})
