/** All laws of certificates. */
import { earningContract } from "./certificates-earning.ts"
import { revokingContract } from "./certificates-revoking.ts"
import { certificateStoresContract } from "./certificates-stores.ts"
import { verifyingContract } from "./certificates-verifying.ts"
import type { Adapter } from "./ground.ts"

export const certificatesContract = (adapter: string, layer: Adapter) => {
  certificateStoresContract(adapter, layer)
  earningContract(adapter, layer)
  revokingContract(adapter, layer)
  verifyingContract(adapter, layer)
}
