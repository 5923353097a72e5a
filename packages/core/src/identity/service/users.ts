/** What identity does when asked. */
import { Context, Effect, Layer } from "effect"
import type { Methods } from "../../shared/operation.ts"
import type { operations } from "../operations.ts"
import { lifecycleUseCases } from "./lifecycle.ts"
import { preferenceUseCases } from "./preferences.ts"
import { profileUseCases } from "./profiles.ts"

/** The key of the identity service: people, their settings, consents and links. */
export class Users extends Context.Service<Users, Methods<typeof operations>>()("lyceum/identity/Users") {
  static readonly layer = Layer.effect(
    Users,
    Effect.gen(function* () {
      return Users.of({
        ...(yield* profileUseCases),
        ...(yield* lifecycleUseCases),
        ...(yield* preferenceUseCases)
      })
    })
  )
}
