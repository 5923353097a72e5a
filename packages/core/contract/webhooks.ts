/** Every law of webhooks. */
import type { Adapter } from "./ground.ts"
import { webhooksDeskContract } from "./webhooks-desk.ts"
import { dispatchContract } from "./webhooks-dispatch.ts"

export const webhooksContract = (adapter: string, layer: Adapter) => {
  dispatchContract(adapter, layer)
  webhooksDeskContract(adapter, layer)
}
