/** The use cases of authors of assessments, and what readers may know beforehand. */
import { Context, Effect, Layer, Option, Struct } from "effect"
import { SecureRandom } from "effect/crypto"
import { may, type Permission, requirePermission, userIdOf } from "../../shared/actor.ts"
import type { Decision } from "../../shared/decision.ts"
import { type Call, Door } from "../../shared/door.ts"
import { Forbidden, Invalid, StaleVersion } from "../../shared/errors.ts"
import { newId } from "../../shared/id.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { AssessmentNotFound, QuestionNotFound } from "../errors.ts"
import { type Assessment, AssessmentId, type NewItem, type Paper } from "../model/index.ts"
import { assessmentOperations } from "../operations/assessments.ts"
import { type Asked, type AssessmentFilter, AssessmentStore, QuestionStore } from "../ports.ts"
import * as rules from "../rules/assessment.ts"
import { seesQuestion } from "../rules/sight.ts"
import { paperReader, scopeReader, sheetReader } from "./papers.ts"

type ListInput = (typeof assessmentOperations.list)["input"]["Type"]
interface Held {
  readonly assessment: Assessment
  readonly asked: ReadonlyArray<Asked>
}

const byId = orderBy("assessments by id", [AssessmentId])

const paperOf = ({ asked, assessment }: Held): Paper => ({
  assessment,
  items: asked.map(({ item, question }) => ({
    ...Struct.omit(item, ["assessmentId", "questionId"]),
    question
  }))
})

/** Which assessments a list is of, for who may see those. */
const filterReader = Effect.map(scopeReader, (readScope) =>
  Effect.fnUntraced(function* ({ courseId, lessonId }: ListInput, call: Call) {
    if (courseId !== undefined && lessonId !== undefined)
      return yield* Invalid.at(["lessonId"], "is not asked together with courseId")
    if (courseId !== undefined || lessonId !== undefined) {
      const scope =
        courseId === undefined
          ? ({ scope: "lesson", lessonId: lessonId! } as const)
          : ({ scope: "course", courseId } as const)
      const { isAuthor } = yield* readScope(scope, call)
      return { courseId, lessonId, publishedOnly: !isAuthor } satisfies AssessmentFilter
    }
    if (may(call.me, "assessments:read")) return { publishedOnly: false } satisfies AssessmentFilter
    if (!may(call.me, "assessments:read", { own: true }))
      return yield* new Forbidden({ permission: "assessments:read" })
    return { publishedOnly: false, createdBy: userIdOf(call.me.actor) } satisfies AssessmentFilter
  })
)

/** Holds an assessment for who may do something to it, in the version that they saw. */
const holder = Effect.gen(function* () {
  const store = yield* AssessmentStore
  const readSheet = yield* sheetReader
  return Effect.fnUntraced(function* (
    { assessmentId, version }: { readonly assessmentId: AssessmentId; readonly version?: number },
    permission: Permission,
    call: Call
  ) {
    if (Option.isNone(yield* store.findForUpdate(assessmentId)))
      return yield* new AssessmentNotFound({ id: assessmentId })
    const held = yield* readSheet(assessmentId, call)
    yield* Effect.fromResult(requirePermission(call.me, permission, held.sight))
    const current = held.assessment.version
    return version === undefined || version === current ? held : yield* new StaleVersion({ current })
  })
})

/** The questions of new items, in their order and held, for who sees them or asks them here already. */
const questionHolder = Effect.map(QuestionStore, (questions) =>
  Effect.fnUntraced(function* (items: ReadonlyArray<NewItem>, { asked }: Held, { me }: Call) {
    const before = asked.map(({ question }) => question.id)
    const held = yield* questions.hold([...before, ...items.map(({ questionId }) => questionId)])
    const known = new Map(
      held.flatMap((one) => (seesQuestion(me, one) || before.includes(one.id) ? [[one.id, one]] : []))
    )
    return yield* Effect.forEach(items, ({ questionId: id }) =>
      Effect.mapError(Effect.fromNullishOr(known.get(id)), () => new QuestionNotFound({ id }))
    )
  })
)

export class Assessments extends Context.Service<Assessments, Methods<typeof assessmentOperations>>()(
  "lyceum/assessments/Assessments"
) {
  static readonly layer = Layer.effect(
    Assessments,
    Effect.gen(function* () {
      const store = yield* AssessmentStore
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door
      const readScope = yield* scopeReader
      const readSheet = yield* sheetReader
      const readPaper = yield* paperReader
      const filterOf = yield* filterReader
      const hold = yield* holder
      const holdQuestions = yield* questionHolder

      const save = Effect.fnUntraced(function* ({ events, state }: Decision<Assessment>) {
        if (events.length === 0) return state
        yield* store.update(state)
        yield* outbox.append(events)
        return state
      })
      /** Where nothing is said about certificates: what gives one already may go on. */
      const saveGivingAsBefore = (decision: Decision<Assessment>) => Effect.orDie(save(decision))

      return Assessments.of({
        create: door.command(
          assessmentOperations.create,
          Effect.fnUntraced(function* (input, call) {
            const sight = yield* readScope(input.scope, call)
            yield* Effect.fromResult(requirePermission(call.me, "assessments:create", sight))
            const id = yield* newId(AssessmentId, random)
            const createdBy = userIdOf(call.me.actor)
            const made = rules.create(input, { id, createdBy, now: call.now })
            const { events, state } = yield* Effect.fromResult(made)
            yield* store.insert(state)
            yield* outbox.append(events)
            return state
          })
        ),
        get: door.query(
          assessmentOperations.get,
          Effect.fnUntraced(function* ({ assessmentId }, call) {
            const { asked, assessment } = yield* readSheet(assessmentId, call)
            return rules.sheetOf(assessment, rules.sumOf(asked))
          })
        ),
        paper: door.query(assessmentOperations.paper, ({ assessmentId }, call) =>
          Effect.map(readPaper(assessmentId, call), paperOf)
        ),
        list: door.query(
          assessmentOperations.list,
          Effect.fnUntraced(function* (input, call) {
            const filter = yield* filterOf(input, call)
            return yield* paginate(
              byId,
              input,
              (after, count) =>
                Effect.map(store.list(filter, { after, count }), (found) =>
                  found.map(({ assessment, ...sum }) => rules.sheetOf(assessment, sum))
                ),
              ({ id }) => [id]
            )
          })
        ),
        update: door.command(
          assessmentOperations.update,
          Effect.fnUntraced(function* ({ assessmentId, version, ...said }, call) {
            const held = yield* hold({ assessmentId, version }, "assessments:update", call)
            return yield* Effect.flatMap(
              Effect.fromResult(rules.change(held.assessment, held.asked, { now: call.now, said })),
              save
            )
          })
        ),
        setItems: door.command(
          assessmentOperations.setItems,
          Effect.fnUntraced(function* ({ items: wanted, ...which }, call) {
            const held = yield* hold(which, "assessments:update", call)
            const questions = yield* holdQuestions(wanted, held, call)
            const { events, state } = yield* Effect.fromResult(
              rules.setItems(held, { items: wanted, questions }, call.now)
            )
            yield* store.putItems(state.assessment.id, state.items)
            yield* saveGivingAsBefore({ events, state: state.assessment })
            const after = yield* readSheet(which.assessmentId, call)
            return paperOf(after)
          })
        ),
        publish: door.command(
          assessmentOperations.publish,
          Effect.fnUntraced(function* (which, call) {
            const held = yield* hold(which, "assessments:update", call)
            return yield* Effect.flatMap(
              Effect.fromResult(rules.publish(held.assessment, held.asked, call.now)),
              saveGivingAsBefore
            )
          })
        ),
        unpublish: door.command(
          assessmentOperations.unpublish,
          Effect.fnUntraced(function* (which, call) {
            const { assessment } = yield* hold(which, "assessments:update", call)
            return yield* saveGivingAsBefore(rules.unpublish(assessment, call.now))
          })
        ),
        delete: door.command(
          assessmentOperations.delete,
          Effect.fnUntraced(function* (which, call) {
            const { assessment } = yield* hold(which, "assessments:delete", call)
            yield* store.remove(assessment.id)
            yield* outbox.append([rules.deleted(assessment)])
            return done
          })
        )
      })
    })
  )
}
