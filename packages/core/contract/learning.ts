/** All laws of learning. */
import type { Adapter } from "./ground.ts"
import { learningProgressContract } from "./learning-progress.ts"

export const learningContract = (adapter: string, layer: Adapter) => {
  learningProgressContract(adapter, layer)
}
