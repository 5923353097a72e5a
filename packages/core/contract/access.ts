/** All laws of access, and of the facts of progress that it reads. */
import { agreementContract } from "./access-agreement.ts"
import { accessDeskContract } from "./access-desk.ts"
import { endingsContract } from "./access-endings.ts"
import { entitlementsContract } from "./access-entitlements.ts"
import { readingContract } from "./access-reading.ts"
import { settingsContract } from "./access-settings.ts"
import { accessStoresContract } from "./access-stores.ts"
import type { Adapter } from "./ground.ts"

export const accessContract = (adapter: string, layer: Adapter) => {
  accessStoresContract(adapter, layer)
  settingsContract(adapter, layer)
  entitlementsContract(adapter, layer)
  endingsContract(adapter, layer)
  readingContract(adapter, layer)
  accessDeskContract(adapter, layer)
  agreementContract(adapter, layer, 90)
}
