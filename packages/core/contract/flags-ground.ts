/** People and services for the contracts of flags. */
import { Effect, Layer } from "effect"
import { FeatureFlags } from "../src/flags/index.ts"
import { type Actor, CurrentActor } from "../src/shared/actor.ts"
import { type Adapter, groundOf } from "./ground.ts"
import { someUser } from "./samples.ts"

export const [manager, viewer, member] = [someUser(), someUser(), someUser()]
const people = [
  { id: manager, permissions: ["operations.manage", "operations.view"] },
  { id: viewer, permissions: ["operations.view"] }
] as const
export const as = (actor: Actor) => Effect.provideService(CurrentActor, actor)
export const reason = "the contract asks for it"

export const flagsServices = (layer: Adapter) =>
  FeatureFlags.layer.pipe(Layer.provideMerge(groundOf(layer, { people })))
