/** All laws of learning. */
import type { Adapter } from "./ground.ts"
import { learningCoursesContract } from "./learning-courses.ts"
import { learningExamsContract } from "./learning-exams.ts"
import { learningProgressContract } from "./learning-progress.ts"
import { learningStoresContract } from "./learning-stores.ts"
import { learningWorkContract } from "./learning-work.ts"

export const learningContract = (adapter: string, layer: Adapter) => {
  learningStoresContract(adapter, layer)
  learningProgressContract(adapter, layer)
  learningCoursesContract(adapter, layer)
  learningWorkContract(adapter, layer)
  learningExamsContract(adapter, layer)
}
