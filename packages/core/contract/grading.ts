/** Laws of people's work on attempts. */
import { figuresContract } from "./grading-figures.ts"
import { correctionsContract } from "./grading-corrections.ts"
import { gradesContract } from "./grading-grades.ts"
import type { Adapter } from "./ground.ts"
import { queueContract } from "./grading-queue.ts"
import { regradesContract } from "./grading-regrades.ts"

export const gradingContract = (adapter: string, layer: Adapter) => {
  queueContract(adapter, layer)
  gradesContract(adapter, layer)
  correctionsContract(adapter, layer)
  regradesContract(adapter, layer)
  figuresContract(adapter, layer)
}
