/** Tells who is calling from the `Authorization` header: a user's token, an API key, or nobody. Source: API-2, API-10. */
import { KeyVerifier, permits } from "@lyceum/core/keys"
import { type Actor, anonymous } from "@lyceum/core/shared"
import { Effect, Option } from "effect"
import { bearerOf, type Caller, type IdentifyCaller } from "./caller.ts"
import type { HttpOptions } from "./options.ts"
import { Refused } from "./problem.ts"
import { tokenVerifier } from "./token.ts"

const visitor: Caller = { actor: anonymous }

/** A caller who may call anything that the actor may. */
const callerOf = (actor: Actor): Caller => {
  if (actor._tag === "Anonymous") return visitor
  return { actor, countedAs: actor._tag === "User" ? `user ${actor.id}` : `service ${actor.name}` }
}

const badToken = new Refused({ code: "http.bad_token" })

/** What API keys begin with; no JWT does. */
const keyPrefix = "lyc_"

const byKey = (keys: KeyVerifier["Service"], secret: string): Effect.Effect<Caller, Refused> =>
  Effect.flatMap(
    keys.verify(secret),
    Option.match({
      onNone: () => Effect.fail(badToken),
      onSome: ({ actor, scopes }) =>
        Effect.succeed({ ...callerOf(actor), mayCall: (operation: string) => permits(scopes, operation) })
    })
  )

/** How callers are known: by the host's own way, or by tokens and API keys. Bad credentials are never anonymous. */
export const identifierOf = (
  { authentication }: HttpOptions,
  keys: KeyVerifier["Service"]
): IdentifyCaller => {
  if ("actorOf" in authentication) {
    return (request) =>
      authentication.actorOf(request).pipe(
        Effect.map(callerOf),
        Effect.mapError(() => badToken)
      )
  }
  const verify = tokenVerifier(authentication.tokens)
  return (request) => {
    const credential = bearerOf(request.headers.get("authorization"))
    if (credential === undefined) return Effect.succeed(visitor)
    if (credential === null) return Effect.fail(badToken)
    return credential.startsWith(keyPrefix)
      ? byKey(keys, credential)
      : Effect.map(verify(credential), callerOf)
  }
}
