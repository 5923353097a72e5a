/** The use cases of the question bank. */
import { Context, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { may, requirePermission, type Standing, userIdOf } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { Forbidden, Invalid, StaleVersion } from "../../shared/errors.ts"
import { newId } from "../../shared/id.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { QuestionNotFound } from "../errors.ts"
import { formats } from "../formats/index.ts"
import { type Question, QuestionId } from "../model/index.ts"
import { largestExport, questionOperations } from "../operations/questions.ts"
import { type QuestionFilter, QuestionStore } from "../ports.ts"
import * as rules from "../rules/bank.ts"
import { isOwnQuestion, seesQuestion } from "../rules/sight.ts"
import { importing } from "./importing.ts"
import { paperReader } from "./papers.ts"

const byId = orderBy("questions by id", [QuestionId])

/** Who reads the bank: all of it, or what they made. */
const readable = (me: Standing, filter: QuestionFilter): Effect.Effect<QuestionFilter, Forbidden> => {
  if (may(me, "assessments:read")) return Effect.succeed(filter)
  if (!may(me, "assessments:read", { own: true }))
    return Effect.fail(new Forbidden({ permission: "assessments:read" }))
  const createdBy = userIdOf(me.actor)
  return filter.createdBy === undefined || filter.createdBy === createdBy
    ? Effect.succeed({ ...filter, createdBy })
    : Effect.fail(new Forbidden({ permission: "assessments:read" }))
}

export class Questions extends Context.Service<Questions, Methods<typeof questionOperations>>()(
  "lyceum/assessments/Questions"
) {
  static readonly layer = Layer.effect(
    Questions,
    Effect.gen(function* () {
      const store = yield* QuestionStore
      const readPaper = yield* paperReader
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door

      const seen = (found: Option.Option<Question>, questionId: QuestionId, { me }: Call) =>
        Option.match(
          Option.filter(found, (question) => seesQuestion(me, question)),
          {
            onNone: () => Effect.fail(new QuestionNotFound({ id: questionId })),
            onSome: Effect.succeed
          }
        )
      const hold = Effect.fnUntraced(function* (
        questionId: QuestionId,
        permission: "assessments:update" | "assessments:delete",
        call: Call
      ) {
        const question = yield* seen(yield* store.findForUpdate(questionId), questionId, call)
        const own = isOwnQuestion(call.me, question)
        yield* Effect.fromResult(requirePermission(call.me, permission, { own }))
        return question
      })

      return Questions.of({
        create: door.command(
          questionOperations.create,
          Effect.fnUntraced(function* (input, { me, now }) {
            yield* Effect.fromResult(requirePermission(me, "assessments:create", { own: true }))
            const id = yield* newId(QuestionId, random)
            const { events, state } = yield* Effect.fromResult(
              rules.create(input, { id, createdBy: userIdOf(me.actor), now })
            )
            yield* store.insert([state])
            yield* outbox.append(events)
            return state
          })
        ),
        get: door.query(
          questionOperations.get,
          Effect.fnUntraced(function* ({ questionId }, call) {
            return yield* seen(yield* store.find(questionId), questionId, call)
          })
        ),
        version: door.query(
          questionOperations.version,
          Effect.fnUntraced(function* ({ questionId, questionVersion }, call) {
            yield* seen(yield* store.find(questionId), questionId, call)
            const found = yield* store.version(questionId, questionVersion)
            if (Option.isNone(found)) return yield* new QuestionNotFound({ id: questionId })
            return { questionId, questionVersion, content: found.value }
          })
        ),
        list: door.query(
          questionOperations.list,
          Effect.fnUntraced(function* ({ cursor, limit, ...filter }, { me }) {
            const wanted = yield* readable(me, filter)
            const request = { ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }) }
            return yield* paginate(
              byId,
              request,
              (after, count) => store.list(wanted, { after, count }),
              ({ id }) => [id]
            )
          })
        ),
        update: door.command(
          questionOperations.update,
          Effect.fnUntraced(function* ({ questionId, version, ...said }, call) {
            const question = yield* hold(questionId, "assessments:update", call)
            if (version !== undefined && version !== question.version)
              return yield* new StaleVersion({ current: question.version })
            const { events, state } = yield* Effect.fromResult(rules.change(question, said, call.now))
            if (events.length === 0) return state
            yield* store.update(state)
            yield* outbox.append(events)
            return state
          })
        ),
        delete: door.command(
          questionOperations.delete,
          Effect.fnUntraced(function* ({ questionId }, call) {
            const question = yield* hold(questionId, "assessments:delete", call)
            yield* Effect.fromResult(rules.checkDeletable(question))
            yield* store.remove(questionId)
            yield* outbox.append([rules.deleted(question)])
            return done
          })
        ),
        import: door.command(questionOperations.import, yield* importing),
        export: door.query(
          questionOperations.export,
          Effect.fnUntraced(function* ({ assessmentId, format, ...filter }, call) {
            const questions =
              assessmentId === undefined
                ? yield* store.list(yield* readable(call.me, filter), {
                    after: Option.none(),
                    count: largestExport + 1
                  })
                : (yield* readPaper(assessmentId, call)).asked.map(({ question }) => question)
            if (questions.length > largestExport)
              return yield* Invalid.at(
                ["format"],
                `a file holds at most ${largestExport} questions: ask for fewer`
              )
            const carried = questions.map(rules.portable)
            const { leftOut, text } = formats[format].write(carried.map(({ question }) => question))
            const unsaid = new Map(leftOut.map(({ place, what }) => [place, what]))
            return {
              text,
              questionCount: questions.length,
              leftOut: questions.flatMap(({ id }, place) => {
                const what = [...carried[place]!.leftOut, ...(unsaid.get(place) ?? [])]
                return what.length === 0 ? [] : [{ questionId: id, what }]
              })
            }
          })
        ),
        recalculateUsage: door.command(
          questionOperations.recalculateUsage,
          Effect.fnUntraced(function* (_, { me }) {
            yield* Effect.fromResult(requirePermission(me, "assessments:update"))
            return { corrected: yield* store.recountUsage }
          })
        )
      })
    })
  )
}
