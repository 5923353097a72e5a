/** Settings, consents, and taking along everything that is one's own. */
import { Effect, Option, type Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { CurrentClient } from "../../shared/address.ts"
import { requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { Door } from "../../shared/door.ts"
import { newId, type UserId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate, type Position } from "../../shared/page.ts"
import { Consent, ConsentDocuments, ConsentId } from "../model/consent.ts"
import { SettingsChanged } from "../model/settings.ts"
import { operations } from "../operations.ts"
import { Consents, ProfileLinks, Profiles, UserSettings } from "../ports.ts"
import * as consentRules from "../rules/consent.ts"
import { ownProfile } from "../rules/profile.ts"
import { choose, complete } from "../rules/settings.ts"
import { orNotFound, ownId } from "./own.ts"

const positionOf = ({ entryNo }: Consent): Position => [entryNo]

export const preferenceUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const settings = yield* UserSettings
  const consents = yield* Consents
  const links = yield* ProfileLinks
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  const door = yield* Door

  /** The asker's id; who deleted their profile reads it by export only. */
  const readerId = Effect.fnUntraced(function* (me: Standing) {
    const id = yield* Effect.fromResult(ownId(me))
    if (me.status === "deleted")
      yield* Effect.flatMap(
        profiles.find(id),
        Option.match({
          onNone: () => Effect.void,
          onSome: (profile) => Effect.fromResult(ownProfile(profile))
        })
      )
    return id
  })

  /** Where the running request says something from. */
  const said = Effect.gen(function* () {
    const { addressHash } = yield* CurrentClient
    return { id: yield* newId(ConsentId, random), ...(addressHash !== undefined && { ipHash: addressHash }) }
  })

  /** The newest entries, to which nobody else adds until the transaction ends. */
  const heldHistory = (userId: UserId) =>
    Effect.andThen(profiles.findForUpdate(userId).pipe(orNotFound(userId)), consents.newest(userId))

  const keep = Effect.fnUntraced(function* <E>(decision: Result.Result<Decision<Consent>, E>) {
    const { events, state } = yield* Effect.fromResult(decision)
    yield* consents.append(state)
    yield* outbox.append(events)
    return state
  })

  const wholeHistory = Effect.fnUntraced(function* (userId: UserId) {
    const batch = 1000
    const all: Array<Consent> = []
    for (let after = Option.none<Position>(); ;) {
      const found = yield* consents.list(userId, after, batch)
      all.push(...found)
      const last = found.at(-1)
      if (found.length < batch || last === undefined) return all
      after = Option.some(positionOf(last))
    }
  })

  return {
    mySettings: door.query(operations.mySettings, (_, { me }) =>
      Effect.map(Effect.flatMap(readerId(me), settings.find), complete)
    ),
    updateSettings: door.command(
      operations.updateSettings,
      Effect.fnUntraced(function* (patch, { me }) {
        const id = yield* Effect.fromResult(ownId(me))
        // Held, so that two patches at once are two and not the later one.
        yield* profiles.findForUpdate(id).pipe(orNotFound(id))
        const chosen = choose(yield* settings.find(id), patch)
        yield* settings.put(id, chosen)
        yield* outbox.append([SettingsChanged({ userId: id, patch })])
        return complete(chosen)
      })
    ),
    myConsents: door.query(
      operations.myConsents,
      Effect.fnUntraced(function* (_, { me, now }) {
        const newest = yield* consents.newest(yield* readerId(me))
        return {
          inForce: consentRules.inForce(newest, now),
          due: consentRules.due(newest, yield* ConsentDocuments, now)
        }
      })
    ),
    consentHistory: door.query(
      operations.consentHistory,
      Effect.fnUntraced(function* ({ userId, ...request }, { me }) {
        const own = userId === undefined || userId === userIdOf(me.actor)
        if (!own) yield* Effect.fromResult(requirePermission(me, "manage_users"))
        const whose = own ? yield* readerId(me) : userId
        return yield* paginate(
          orderBy(`consents of ${whose}`, [Consent.fields.entryNo]),
          request,
          (after, count) => consents.list(whose, after, count),
          positionOf
        )
      })
    ),
    recordConsent: door.command(
      operations.recordConsent,
      Effect.fnUntraced(function* (input, { me, now }) {
        const userId = yield* Effect.fromResult(ownId(me))
        const history = yield* heldHistory(userId)
        const document = (yield* ConsentDocuments)[input.consentType]
        const consent = { ...input, ...(yield* said), userId }
        return yield* keep(consentRules.decide(consent, { document, history, now }))
      })
    ),
    revokeConsent: door.command(
      operations.revokeConsent,
      Effect.fnUntraced(function* (input, { me, now }) {
        const userId = yield* Effect.fromResult(ownId(me))
        const history = yield* heldHistory(userId)
        return yield* keep(consentRules.revoke({ ...input, ...(yield* said), userId }, history, now))
      })
    ),
    exportMyData: door.query(
      operations.exportMyData,
      Effect.fnUntraced(function* (_, { me, now }) {
        const id = yield* Effect.fromResult(ownId(me))
        return {
          format: "lyceum.identity/1" as const,
          exportedAt: now,
          profile: yield* profiles.find(id).pipe(orNotFound(id)),
          settings: complete(yield* settings.find(id)),
          links: yield* links.list(id),
          consents: yield* wholeHistory(id)
        }
      })
    )
  }
})
