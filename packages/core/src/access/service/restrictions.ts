/** What courses ask for, and the exceptions for single lessons. */
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { CourseNotFound, LessonNotFound } from "../../content/index.ts"
import { may, requirePermission, type Standing } from "../../shared/actor.ts"
import { type Call, Door } from "../../shared/door.ts"
import { type CourseId, type LessonId, newId } from "../../shared/id.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { Outbox } from "../../shared/outbox.ts"
import { orderBy, paginate } from "../../shared/page.ts"
import { CourseRuleNotFound, OverrideNotFound } from "../errors.ts"
import { CourseRuleRemoved, LessonOverrideRemoved, OverrideId } from "../model/rule.ts"
import { overrideOperations, ruleOperations } from "../operations.ts"
import { CourseRuleStore, OverrideStore } from "../ports.ts"
import { isHidden } from "../rules/decide.ts"
import type { Facts } from "../rules/facts.ts"
import * as rules from "../rules/settings.ts"
import { questionReader } from "./questions.ts"

const mayManage = (me: Standing) => Effect.fromResult(requirePermission(me, "manage_content"))

/** Whether the asker may know of the thing. Who manages content knows of all: rules stand before what they guard is published. */
const mayKnow = (facts: Facts | undefined, { me, now }: Call): boolean =>
  facts !== undefined && (may(me, "manage_content") || !isHidden(facts, DateTime.toEpochMillis(now)))

/** The use cases of course rules. */
export class Rules extends Context.Service<Rules, Methods<typeof ruleOperations>>()("lyceum/access/Rules") {
  static readonly layer = Layer.effect(
    Rules,
    Effect.gen(function* () {
      const store = yield* CourseRuleStore
      const questions = yield* questionReader
      const outbox = yield* Outbox
      const door = yield* Door

      const see = Effect.fnUntraced(function* (courseId: CourseId, call: Call) {
        const facts = yield* questions.course({ actor: call.me.actor, now: call.now }, courseId)
        if (!mayKnow(facts, call)) yield* new CourseNotFound({ course: courseId })
      })

      return Rules.of({
        get: door.query(
          ruleOperations.get,
          Effect.fnUntraced(function* ({ courseId }, call) {
            yield* see(courseId, call)
            const found = yield* store.find(courseId)
            return Option.isSome(found) ? found.value : yield* new CourseRuleNotFound({ courseId })
          })
        ),
        set: door.command(
          ruleOperations.set,
          Effect.fnUntraced(function* (input, call) {
            yield* see(input.courseId, call)
            yield* mayManage(call.me)
            const before = Option.getOrUndefined(yield* store.find(input.courseId))
            const { events, state } = rules.setRule(before, input, call.now)
            yield* store.put(state)
            yield* outbox.append(events)
            return state
          })
        ),
        remove: door.command(
          ruleOperations.remove,
          Effect.fnUntraced(function* ({ courseId }, call) {
            yield* see(courseId, call)
            yield* mayManage(call.me)
            const removed = yield* store.remove(courseId)
            if (Option.isNone(removed)) return yield* new CourseRuleNotFound({ courseId })
            yield* outbox.append([CourseRuleRemoved({ rule: removed.value })])
            return done
          })
        )
      })
    })
  )
}

/** The use cases of lesson overrides. */
export class Overrides extends Context.Service<Overrides, Methods<typeof overrideOperations>>()(
  "lyceum/access/Overrides"
) {
  static readonly layer = Layer.effect(
    Overrides,
    Effect.gen(function* () {
      const store = yield* OverrideStore
      const questions = yield* questionReader
      const outbox = yield* Outbox
      const random = yield* SecureRandom.SecureRandom
      const door = yield* Door

      const see = Effect.fnUntraced(function* (lessonId: LessonId, call: Call) {
        const facts = yield* questions.lesson({ actor: call.me.actor, now: call.now }, lessonId)
        if (!mayKnow(facts, call)) yield* new LessonNotFound({ lesson: lessonId })
      })

      return Overrides.of({
        list: door.query(
          overrideOperations.list,
          Effect.fnUntraced(function* ({ lessonId, ...request }, call) {
            yield* see(lessonId, call)
            yield* mayManage(call.me)
            return yield* paginate(
              orderBy(`overrides of ${lessonId}`, [OverrideId]),
              request,
              (after, count) => store.list(lessonId, { after, count }),
              ({ id }) => [id]
            )
          })
        ),
        add: door.command(
          overrideOperations.add,
          Effect.fnUntraced(function* (input, call) {
            yield* see(input.lessonId, call)
            yield* mayManage(call.me)
            const id = yield* newId(OverrideId, random)
            const { events, state } = yield* Effect.fromResult(rules.addOverride(input, id, call.now))
            yield* store.insert(state)
            yield* outbox.append(events)
            return state
          })
        ),
        remove: door.command(
          overrideOperations.remove,
          Effect.fnUntraced(function* ({ overrideId }, { me }) {
            yield* mayManage(me)
            const removed = yield* store.remove(overrideId)
            if (Option.isNone(removed)) return yield* new OverrideNotFound({ overrideId })
            yield* outbox.append([LessonOverrideRemoved({ override: removed.value })])
            return done
          })
        )
      })
    })
  )
}
