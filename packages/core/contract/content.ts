/** All laws of content. */
import { workflowContract } from "./content-workflow.ts"
import type { Adapter } from "./ground.ts"

export const contentContract = (adapter: string, layer: Adapter) => {
  workflowContract(adapter, layer)
}
