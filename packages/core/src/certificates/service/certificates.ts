/** The use cases of certificates. */
import { Context, Effect, Layer, Option } from "effect"
import { AttemptFacts, AttemptNotFound, type Scope } from "../../assessments/index.ts"
import { isOwn, placeReader } from "../../content/index.ts"
import { may, requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { Invalid, SignInRequired } from "../../shared/errors.ts"
import type { UserId } from "../../shared/id.ts"
import type { Methods } from "../../shared/operation.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { CertificateNotFound } from "../errors.ts"
import { CertificateId, VerificationCallId } from "../model.ts"
import { operations } from "../operations.ts"
import { CertificateStore, VerificationLog } from "../ports.ts"
import * as rules from "../rules/certificate.ts"
import { holding } from "./holding.ts"
import { issuing } from "./issuing.ts"
import { makers } from "./making.ts"
import { verifying } from "./verifying.ts"
import { withdrawing } from "./withdrawing.ts"

/** Places of one list of the revoked: the least that the specification of such lists allows. */
const statusListLength = 131_072
const backfilledAtOnce = 500
const callsById = orderBy("verifications of certificates", [VerificationCallId])

export class Certificates extends Context.Service<Certificates, Methods<typeof operations>>()(
  "lyceum/certificates/Certificates"
) {
  static readonly layer = Layer.effect(
    Certificates,
    Effect.gen(function* () {
      const door = yield* Door
      const queries = yield* reading
      const commands = yield* writing
      const { hashed } = yield* makers
      const store = yield* CertificateStore
      return Certificates.of({
        ...queries,
        ...commands,
        backfillHashes: door.command(
          operations.backfillHashes,
          Effect.fnUntraced(function* ({ limit = backfilledAtOnce }, { me }) {
            yield* Effect.fromResult(requirePermission(me, "operations.manage"))
            const waiting = yield* store.claimUnhashed(limit)
            const filled = yield* Effect.filter(waiting, (one) =>
              Effect.flatMap(hashed(one), store.fillHashes)
            )
            return { filled: filled.length, more: waiting.length === limit }
          })
        )
      })
    })
  )
}

/** Who may see and revoke the certificates of others, by the course that they are of. Source: CRT-7. */
const staffOf = Effect.map(placeReader, (placeOf) => {
  const ownCourse = Effect.fnUntraced(function* (scope: Scope, me: Standing) {
    const place = yield* placeOf(scope)
    return Option.exists(place, ({ course }) => isOwn(me, course))
  })
  return {
    mayRevoke: Effect.fnUntraced(function* (scope: Scope, me: Standing) {
      if (may(me, "manage_users")) return true
      return may(me, "assessments:grade", { own: yield* ownCourse(scope, me) })
    }),
    requireRevoke: Effect.fnUntraced(function* (scope: Scope, me: Standing) {
      if (may(me, "manage_users")) return
      const own = yield* ownCourse(scope, me)
      yield* Effect.fromResult(requirePermission(me, "assessments:grade", { own }))
    })
  }
})

/** A certificate, for who may see it. */
const seeing = Effect.gen(function* () {
  const store = yield* CertificateStore
  const { mayRevoke } = yield* staffOf
  return Effect.fnUntraced(function* (id: CertificateId, { me }: Pick<Call, "me">) {
    const certificate = Option.getOrUndefined(yield* store.find(id))
    if (certificate === undefined) return yield* new CertificateNotFound()
    const isSeen = userIdOf(me.actor) === certificate.userId || (yield* mayRevoke(certificate.scope, me))
    return isSeen ? certificate : yield* new CertificateNotFound()
  })
})

const reading = Effect.gen(function* () {
  const door = yield* Door
  const store = yield* CertificateStore
  const log = yield* VerificationLog
  const see = yield* seeing
  const look = yield* verifying

  const whoseList = (userId: UserId | undefined, me: Standing) =>
    Effect.gen(function* () {
      if (me.actor._tag === "Anonymous") return yield* new SignInRequired()
      const own = userIdOf(me.actor)
      const whose = userId ?? own
      if (whose === undefined)
        return yield* Invalid.at(["userId"], "is needed by a service, which earns none")
      if (whose !== own) yield* Effect.fromResult(requirePermission(me, "manage_users"))
      return whose
    })

  return {
    get: door.query(operations.get, ({ certificateId }, call) =>
      Effect.map(see(certificateId, call), rules.viewOf)
    ),
    list: door.query(
      operations.list,
      Effect.fnUntraced(function* ({ userId, ...request }, { me }) {
        const whose = yield* whoseList(userId, me)
        const found = yield* paginate(
          orderBy(`certificates of ${whose}`, [CertificateId]),
          request,
          (after, count) => store.list(whose, { after, count }),
          ({ id }) => [id]
        )
        return { ...found, items: found.items.map(rules.viewOf) }
      })
    ),
    verify: door.query(operations.verify, ({ hash }) =>
      Effect.map(look(hash), ({ certificate }) => rules.verification(certificate))
    ),
    credential: door.query(operations.credential, ({ hash }) =>
      Effect.map(look(hash), ({ certificate, statusIndex }) => ({
        verification: rules.verification(certificate),
        statusList: Math.floor(statusIndex / statusListLength),
        statusIndex: statusIndex % statusListLength
      }))
    ),
    statusList: door.query(
      operations.statusList,
      Effect.fnUntraced(function* ({ list }) {
        const from = list * statusListLength
        const revoked = yield* store.revokedNumbers(from, from + statusListLength)
        return { length: statusListLength, revoked: revoked.map((number) => number - from) }
      })
    ),
    verifications: door.query(
      operations.verifications,
      Effect.fnUntraced(function* (request, { me }) {
        yield* Effect.fromResult(requirePermission(me, "operations.view"))
        return yield* paginate(
          callsById,
          request,
          (after, count) => log.list({ after, count }),
          ({ id }) => [id]
        )
      })
    )
  }
})

const writing = Effect.gen(function* () {
  const door = yield* Door
  const store = yield* CertificateStore
  const attempts = yield* AttemptFacts
  const see = yield* seeing
  const { mayRevoke, requireRevoke } = yield* staffOf
  const { hold } = yield* holding
  const issue = yield* issuing
  const { correct, revoke } = yield* withdrawing

  /** A certificate as it is once its learner and its attempt are held. */
  const heldFor = Effect.fnUntraced(function* (id: CertificateId, call: Call) {
    const seen = yield* see(id, call)
    yield* requireRevoke(seen.scope, call.me)
    const held = Option.getOrThrow(yield* hold(seen.attemptId))
    return { held, certificate: Option.getOrThrow(yield* store.find(id)) }
  })

  return {
    issue: door.command(
      operations.issue,
      Effect.fnUntraced(function* ({ attemptId, userId }, { me, now }) {
        const seen = Option.getOrUndefined(yield* attempts.find(attemptId))
        const isSeen =
          seen !== undefined &&
          (seen.attempt.userId === userIdOf(me.actor) || (yield* mayRevoke(seen.assessment.scope, me)))
        if (!isSeen) return yield* new AttemptNotFound({ id: attemptId })
        const held = Option.getOrThrow(yield* hold(attemptId))
        const { certificate, isNew } = yield* issue(held, userId ?? held.profile.id, now)
        return { certificate: rules.viewOf(certificate), isNew }
      })
    ),
    revoke: door.command(
      operations.revoke,
      Effect.fnUntraced(function* ({ certificateId, reason, revokedAt }, call) {
        const { certificate, held } = yield* heldFor(certificateId, call)
        const by = { reason, actor: call.me.actor, now: call.now }
        return rules.viewOf(
          yield* revoke(held, certificate, { ...by, ...(revokedAt !== undefined && { revokedAt }) })
        )
      })
    ),
    correct: door.command(
      operations.correct,
      Effect.fnUntraced(function* ({ certificateId, reason }, call) {
        const { certificate, held } = yield* heldFor(certificateId, call)
        return rules.viewOf(
          yield* correct(held, certificate, { reason, actor: call.me.actor, now: call.now })
        )
      })
    )
  }
})
