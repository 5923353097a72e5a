/** What rbac does when asked. */
import { Context, Effect, Layer } from "effect"
import type { Methods } from "../../shared/operation.ts"
import type { operations } from "../operations.ts"
import { catalogueUseCases } from "./catalogue.ts"
import { grantUseCases, serviceUseCases } from "./grants.ts"
import { questionUseCases } from "./questions.ts"

/** The key of the rbac service: roles, what they hold, and who holds them. */
export class Roles extends Context.Service<Roles, Methods<typeof operations>>()("lyceum/rbac/Roles") {
  static readonly layer = Layer.effect(
    Roles,
    Effect.gen(function* () {
      return Roles.of({
        ...(yield* questionUseCases),
        ...(yield* grantUseCases),
        ...(yield* serviceUseCases),
        ...(yield* catalogueUseCases)
      })
    })
  )
}
