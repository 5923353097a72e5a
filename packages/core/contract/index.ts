/** Every law of every port and use case: an adapter's test calls this once and forgets none. */
import type { Adapter } from "./ground.ts"
import { outboxContract } from "./outbox.ts"
import { reactionsContract } from "./reactions.ts"
import { transactionContract } from "./transaction.ts"

export { type Adapter, Before } from "./ground.ts"

export const everyContract = (name: string, adapter: Adapter) => {
  transactionContract(name, adapter)
  outboxContract(name, adapter)
  reactionsContract(name, adapter)
}
