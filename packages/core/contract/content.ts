/** All laws of content. */
import { boardContract, catalogueContract } from "./content-catalogue.ts"
import { importContract } from "./content-import.ts"
import { importRefusalContract } from "./content-import-refused.ts"
import { keptContract } from "./content-kept.ts"
import { orderContract, slugContract } from "./content-order.ts"
import { publicationContract } from "./content-publications.ts"
import { revisionContract } from "./content-revisions.ts"
import { storeContract } from "./content-stores.ts"
import { tagContract } from "./content-tags.ts"
import { visibilityContract } from "./content-visibility.ts"
import { workflowContract } from "./content-workflow.ts"
import type { Adapter } from "./ground.ts"

export const contentContract = (adapter: string, layer: Adapter) => {
  storeContract(adapter, layer)
  workflowContract(adapter, layer)
  publicationContract(adapter, layer)
  visibilityContract(adapter, layer)
  orderContract(adapter, layer)
  slugContract(adapter, layer)
  revisionContract(adapter, layer)
  keptContract(adapter, layer)
  tagContract(adapter, layer)
  catalogueContract(adapter, layer)
  boardContract(adapter, layer)
  importContract(adapter, layer)
  importRefusalContract(adapter, layer)
}
