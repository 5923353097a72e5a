/** What people agree to. */
import { Effect, type Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { CurrentClient } from "../../shared/address.ts"
import { requirePermission, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { Door } from "../../shared/door.ts"
import { newId, type UserId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { Consent, ConsentDocuments, ConsentId } from "../model/consent.ts"
import { operations } from "../operations.ts"
import { Consents, Profiles } from "../ports.ts"
import * as rules from "../rules/consent.ts"
import { orNotFound, ownId, readers } from "./own.ts"

export const consentUseCases = Effect.gen(function* () {
  const profiles = yield* Profiles
  const consents = yield* Consents
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  const readerId = yield* readers
  const door = yield* Door

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

  return {
    myConsents: door.query(
      operations.myConsents,
      Effect.fnUntraced(function* (_, { me, now }) {
        const newest = yield* consents.newest(yield* readerId(me))
        return {
          inForce: rules.inForce(newest, now),
          due: rules.due(newest, yield* ConsentDocuments, now)
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
          ({ entryNo }) => [entryNo]
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
        return yield* keep(rules.decide(consent, { document, history, now }))
      })
    ),
    revokeConsent: door.command(
      operations.revokeConsent,
      Effect.fnUntraced(function* (input, { me, now }) {
        const userId = yield* Effect.fromResult(ownId(me))
        const history = yield* heldHistory(userId)
        return yield* keep(rules.revoke({ ...input, ...(yield* said), userId }, history, now))
      })
    )
  }
})
