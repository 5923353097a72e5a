import { Jobs, operations } from "@lyceum/core/jobs"
import { get, post, routes } from "../endpoint.ts"

export const jobRoutes = routes(Jobs, operations, {
  list: get("/v1/jobs", "Jobs, newest first"),
  get: get("/v1/jobs/:id", "One job"),
  replay: post("/v1/jobs/:id/replay", "Try a failed job again"),
  cancel: post("/v1/jobs/:id/cancellation", "Do not run a pending job"),
  runSchedule: post("/v1/schedules/:schedule/runs", "Run a schedule once, now")
})
