/** What identity does when asked. */
import { Context, Effect, Layer } from "effect"
import type { Methods } from "../../shared/operation.ts"
import type { operations } from "../operations.ts"
import { consentUseCases } from "./consents.ts"
import { arrivalUseCases, statusUseCases } from "./lifecycle.ts"
import { editUseCases, viewUseCases } from "./profiles.ts"
import { settingsUseCases } from "./settings.ts"
import { viewingUseCases } from "./viewing.ts"

/** The key of the identity service: people, their settings, consents and links. */
export class Users extends Context.Service<Users, Methods<typeof operations>>()("lyceum/identity/Users") {
  static readonly layer = Layer.effect(
    Users,
    Effect.gen(function* () {
      return Users.of({
        ...(yield* viewUseCases),
        ...(yield* editUseCases),
        ...(yield* arrivalUseCases),
        ...(yield* statusUseCases),
        ...(yield* settingsUseCases),
        ...(yield* consentUseCases),
        ...(yield* viewingUseCases)
      })
    })
  )
}
