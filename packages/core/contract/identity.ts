/** All laws of identity. */
import type { Adapter } from "./ground.ts"
import { privateContract } from "./identity-private.ts"
import { profilesContract } from "./identity-profiles.ts"
import { statusContract } from "./identity-status.ts"

export const identityContract = (adapter: string, layer: Adapter) => {
  profilesContract(adapter, layer)
  privateContract(adapter, layer)
  statusContract(adapter, layer)
}
