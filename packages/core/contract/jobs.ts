/** Every law of jobs. */
import type { Adapter } from "./ground.ts"
import { jobsDeskContract } from "./jobs-desk.ts"
import { queueContract } from "./jobs-queue.ts"
import { workerContract } from "./jobs-worker.ts"

export const jobsContract = (adapter: string, layer: Adapter) => {
  queueContract(adapter, layer)
  workerContract(adapter, layer)
  jobsDeskContract(adapter, layer)
}
