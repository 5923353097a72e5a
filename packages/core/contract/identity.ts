/** All laws of identity. */
import type { Adapter } from "./ground.ts"
import { arrivalsContract } from "./identity-arrivals.ts"
import { privateContract } from "./identity-private.ts"
import { profilesContract } from "./identity-profiles.ts"
import { statusContract } from "./identity-status.ts"
import { viewingsContract } from "./identity-viewings.ts"

export const identityContract = (adapter: string, layer: Adapter) => {
  arrivalsContract(adapter, layer)
  profilesContract(adapter, layer)
  privateContract(adapter, layer)
  statusContract(adapter, layer)
  viewingsContract(adapter, layer)
}
