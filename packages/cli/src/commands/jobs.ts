import { Jobs, operations } from "@lyceum/core/jobs"
import { noun, verb } from "../verb.ts"

const fields = { id: "Id of the job" }

export const jobsCommand = noun("jobs", "Work for later: see it, repeat it, stop it", [
  verb(Jobs, operations, "list", {
    about: "Jobs, newest first",
    columns: ["id", "kind", "status", "attempts", "runAt", "lastError"],
    examples: [{ command: "lyceum jobs list --status failed", description: "What gave up" }]
  }),
  verb(Jobs, operations, "get", { about: "One job", args: ["id"], fields }),
  verb(Jobs, operations, "replay", { about: "Give a failed job all its tries again", args: ["id"], fields }),
  verb(Jobs, operations, "cancel", { about: "Do not run a pending job", args: ["id"], fields }),
  verb(Jobs, operations, "runSchedule", {
    about: "Run a schedule now, beside its ticks",
    args: ["schedule"]
  })
])
