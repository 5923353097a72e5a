/** Seeing, listing and editing profiles. */
import { Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { requirePermission } from "../../shared/actor.ts"
import { Door } from "../../shared/door.ts"
import { newId, UserId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { paginate } from "../../shared/page.ts"
import { ProfileNotFound } from "../errors.ts"
import { LinkId } from "../model/link.ts"
import { operations } from "../operations.ts"
import { ProfileLinks, Profiles } from "../ports.ts"
import * as rules from "../rules/profile.ts"
import { orNotFound, ownId } from "./own.ts"

const isUserId = Schema.is(UserId)

export const viewUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const links = yield* ProfileLinks
  const door = yield* Door

  return {
    myProfile: door.query(
      operations.myProfile,
      Effect.fnUntraced(function* (_, { me }) {
        const id = yield* Effect.fromResult(ownId(me))
        const profile = yield* profiles.find(id).pipe(orNotFound(id))
        yield* Effect.fromResult(rules.ownProfile(profile))
        return { ...profile, links: yield* links.list(id) }
      })
    ),
    getProfile: door.query(
      operations.getProfile,
      Effect.fnUntraced(function* ({ user }, { me }) {
        const found = isUserId(user) ? profiles.find(user) : profiles.findByUsername(user)
        const profile = yield* found.pipe(orNotFound(user))
        const view = rules.viewed(profile, yield* links.list(profile.id), me)
        // Named as it was asked for: an id must not be learnt from a refusal.
        return yield* Effect.fromResult(view).pipe(
          Effect.catchTag("identity.profile_not_found", () => Effect.fail(new ProfileNotFound({ user })))
        )
      })
    ),
    nameCards: door.query(operations.nameCards, ({ ids }, { me }) =>
      Effect.map(profiles.findAll(ids), (found) => {
        const byId = new Map(found.map((profile) => [profile.id, rules.nameCard(profile, me)]))
        return [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
      })
    ),
    listUsers: door.query(operations.listUsers, ({ search, status, ...request }, { me }) =>
      Effect.andThen(
        Effect.fromResult(requirePermission(me, "manage_users")),
        paginate(
          "users by username",
          request,
          (after, count) =>
            profiles.list(
              {
                ...(search !== undefined && { prefix: search.toLowerCase() }),
                ...(status !== undefined && { status })
              },
              after,
              count
            ),
          ({ username }) => [username]
        )
      )
    )
  }
})

export const editUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const links = yield* ProfileLinks
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  const door = yield* Door

  return {
    updateProfile: door.command(
      operations.updateProfile,
      Effect.fnUntraced(function* (input, { me, now }) {
        const id = yield* Effect.fromResult(ownId(me))
        const profile = yield* profiles.findForUpdate(id).pipe(orNotFound(id))
        const { events, state } = yield* Effect.fromResult(rules.update(profile, input, now))
        yield* profiles.update(state).pipe(Effect.catchTag("identity.email_taken", Effect.die))
        yield* outbox.append(events)
        return state
      })
    ),
    setLinks: door.command(
      operations.setLinks,
      Effect.fnUntraced(function* (input, { me, now }) {
        const id = yield* Effect.fromResult(ownId(me))
        const profile = yield* profiles.findForUpdate(id).pipe(orNotFound(id))
        const { events, state } = yield* Effect.fromResult(rules.changeLinks(profile, input, now))
        yield* profiles.update(state).pipe(Effect.orDie)
        const named = yield* Effect.forEach(input.links, (link) =>
          Effect.map(newId(LinkId, random), (id) => ({ ...link, id }))
        )
        yield* links.replace(id, named)
        yield* outbox.append(events)
        return { version: state.version, links: input.links }
      })
    )
  }
})
