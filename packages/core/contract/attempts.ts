/** Laws of attempts: starting, answering, ending, and what is shown of them. */
import { answeringContract } from "./attempts-answering.ts"
import { grantingContract } from "./attempts-granting.ts"
import { shownContract } from "./attempts-shown.ts"
import { startingContract } from "./attempts-starting.ts"
import { attemptStoresContract } from "./attempts-stores.ts"
import type { Adapter } from "./ground.ts"

export const attemptsContract = (adapter: string, layer: Adapter) => {
  attemptStoresContract(adapter, layer)
  startingContract(adapter, layer)
  answeringContract(adapter, layer)
  grantingContract(adapter, layer)
  shownContract(adapter, layer)
}
