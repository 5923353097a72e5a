/** Real people for contracts: profiles, roles and standing as they are, not a table of them. */
import { Context, Effect, Layer, Option, Ref } from "effect"
import { Arrivals, type Profile, Users, ViewAs } from "../src/identity/index.ts"
import { adminGuardLayer, authorityLayer, RoleName, Roles } from "../src/rbac/index.ts"
import { PaidMembership } from "../src/rbac/ports.ts"
import type { PaidUntil } from "../src/rbac/index.ts"
import { CurrentActor, service, user } from "../src/shared/actor.ts"
import { Door } from "../src/shared/door.ts"
import type { NewEvent, StoredEvent } from "../src/shared/event.ts"
import type { UserId } from "../src/shared/id.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { type Adapter, groundWith } from "./ground.ts"
import { someUser, unique } from "./samples.ts"

/** Who pays until when, as a test says. */
export class Paying extends Context.Service<Paying, Ref.Ref<ReadonlyMap<UserId, PaidUntil>>>()(
  "lyceum/contract/Paying"
) {
  static readonly layer = Layer.effect(Paying, Ref.make<ReadonlyMap<UserId, PaidUntil>>(new Map()))
}
const paidMembership = Layer.effect(
  PaidMembership,
  Effect.map(Paying, (paying) =>
    PaidMembership.of({
      until: (userId) => Effect.map(Ref.get(paying), (all) => Option.fromUndefinedOr(all.get(userId)))
    })
  )
)

/** Users and roles over the ports of an adapter. */
export const peopleOn = (adapter: Adapter) => {
  const paid = paidMembership.pipe(Layer.provideMerge(Paying.layer))
  return Layer.mergeAll(Users.layer, Roles.layer, ViewAs.layer).pipe(
    Layer.provideMerge(Layer.mergeAll(Arrivals.layer, adminGuardLayer, paid)),
    Layer.provideMerge(groundWith(Layer.provide(authorityLayer, paid), adapter))
  )
}

/** Users with nothing between caller and use case: what travels with a fiber does not travel over HTTP. */
export const directly = Effect.provide(Layer.fresh(Users.layer).pipe(Layer.provide(Layer.fresh(Door.layer))))

const operator = service("contract")

/** Runs something on behalf of a user. */
export const as =
  (id: UserId) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provideService(effect, CurrentActor, user(id))

/** Runs something on behalf of a service, which may do all. */
export const asService = Effect.provideService(CurrentActor, operator)
export const asVisitor = Effect.provideService(CurrentActor, { _tag: "Anonymous" })

/** As many at once as race for what they want; more would only wait for a connection. */
export const racing = { concurrency: 16 } as const

/** Use cases of several kinds in one list, for what holds for all of them. */
export const each = (
  ...all: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }, CurrentActor>>
): typeof all => all

/** The code of the refusal that an effect ends with; `done` when it ends well. */
export const codeOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.match(effect, { onFailure: ({ _tag }) => _tag as string, onSuccess: () => "done" })

/** Somebody with a profile of their own, whom nobody else in this process is. */
export const someone = Effect.fnUntraced(function* (fields: Partial<Profile> = {}) {
  const users = yield* Users
  const id = fields.id ?? someUser()
  const { isPublic, locale, timeZone, displayName, bio, email, username } = fields
  const { profile } = yield* asService(
    users.createProfile({
      id,
      username: (username ?? unique("person")) as Profile["username"],
      ...(isPublic !== undefined && { isPublic }),
      ...(email !== undefined && { email }),
      ...(locale !== undefined && { locale }),
      ...(timeZone !== undefined && { timeZone }),
      ...(displayName !== undefined && { displayName }),
      ...(bio !== undefined && { bio })
    })
  )
  return profile
})

export const roleNamed = (name: string) => RoleName.make(name)

/** Somebody who was given roles by the operator. */
export const holderOf = Effect.fnUntraced(function* (...names: ReadonlyArray<string>) {
  const roles = yield* Roles
  const { id } = yield* someone()
  yield* Effect.forEach(names, (name) =>
    asService(roles.grant({ userId: id, role: roleNamed(name), reason: "for a test" }))
  )
  return id
})

/** The names and payloads of what was told of a user, oldest first. */
export const toldOf = (
  id: UserId
): Effect.Effect<ReadonlyArray<Pick<NewEvent, "name" | "payload">>, never, Outbox> =>
  Effect.map(
    Outbox.use((outbox) => outbox.events({ subject: id }, Option.none(), 1000)),
    (newestFirst: ReadonlyArray<StoredEvent>) =>
      [...newestFirst].reverse().map(({ name, payload }) => ({ name, payload }))
  )
