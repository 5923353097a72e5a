/** All laws of rbac. */
import type { Adapter } from "./ground.ts"
import { adminsContract } from "./rbac-admins.ts"
import { grantsContract } from "./rbac-grants.ts"
import { heldContract } from "./rbac-held.ts"
import { rolesContract } from "./rbac-roles.ts"

export const rbacContract = (adapter: string, layer: Adapter) => {
  rolesContract(adapter, layer)
  heldContract(adapter, layer)
  grantsContract(adapter, layer)
  adminsContract(adapter, layer)
}
