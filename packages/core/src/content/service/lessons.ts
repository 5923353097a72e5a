/** What content does with lessons when asked. */
import { Context, Effect, Layer, Option } from "effect"
import { type Call, Door } from "../../shared/door.ts"
import { Forbidden } from "../../shared/errors.ts"
import type { LessonId } from "../../shared/id.ts"
import { done, type Methods } from "../../shared/operation.ts"
import { LessonNotFound } from "../errors.ts"
import { lessonOperations as operations } from "../operations/index.ts"
import { LessonStore, Slugs } from "../ports.ts"
import { teaserOf } from "../rules/edits.ts"
import { seesBehind } from "../rules/visibility.ts"
import { moveLessonTo } from "./arranging.ts"
import { addLesson, editLesson } from "./lessons-edited.ts"
import { holdLesson, holdModule, lessonRef, seeLesson } from "./loading.ts"
import { type Needs, providing } from "./needs.ts"
import { discardLessonRevision, historyOf, revisionsOfLesson, seenRevision } from "./records.ts"
import { removeLesson } from "./removing.ts"
import { openLessonRevision } from "./revising.ts"
import { approveLesson, type Asked, moveLesson } from "./transitions.ts"

type Inputs = { readonly [Name in keyof typeof operations]: (typeof operations)[Name]["input"]["Type"] }

const getBySlug = Effect.fnUntraced(function* ({ courseId, slug }: Inputs["getBySlug"], call: Call) {
  const owner = yield* (yield* Slugs).find({ lessonsOf: courseId }, slug)
  const id = Option.getOrUndefined(owner)?.itemId as LessonId | undefined
  if (id === undefined) return yield* new LessonNotFound({ lesson: slug })
  const asAsked = Effect.mapError(seeLesson(id, call), () => new LessonNotFound({ lesson: slug }))
  return (yield* asAsked).lesson
})

const getDraft = Effect.fnUntraced(function* ({ lessonId }: Inputs["getDraft"], call: Call) {
  const { course, lesson } = yield* seeLesson(lessonId, call)
  const revision = yield* openLessonRevision(lesson)
  if (!seesBehind(call.me, course, revision?.workflowStatus ?? lesson.workflowStatus)) {
    return yield* new Forbidden({ permission: "content.edit" })
  }
  const whole = yield* (yield* LessonStore).findWhole(lessonId)
  if (Option.isNone(whole)) return yield* new LessonNotFound({ lesson: lessonId })
  const shown = seenRevision(call.me, course, revision)
  return { lesson: whole.value, ...(shown !== undefined && { revision: shown }) }
})

const add = Effect.fnUntraced(function* ({ moduleId, place, ...content }: Inputs["add"], call: Call) {
  return yield* addLesson(yield* holdModule(moduleId, call), { content, place }, call)
})

const update = Effect.fnUntraced(function* (
  { clear, lessonId, version, ...fields }: Inputs["update"],
  call: Call
) {
  return yield* editLesson(yield* holdLesson(lessonId, call), { fields, clear, version }, call)
})

const move = Effect.fnUntraced(function* ({ lessonId, moduleId, place }: Inputs["move"], call: Call) {
  const held = yield* holdLesson(lessonId, call)
  return teaserOf(yield* moveLessonTo(held, { moduleId: moduleId ?? held.module.id, place }, call))
})

const remove = Effect.fnUntraced(function* ({ lessonId, version }: Inputs["remove"], call: Call) {
  yield* removeLesson(yield* holdLesson(lessonId, call), version, call)
  return done
})

type AskedOfLesson = Asked & { readonly lessonId: LessonId }

const step = (name: Parameters<typeof moveLesson>[1][0]) =>
  Effect.fnUntraced(function* ({ lessonId, ...asked }: AskedOfLesson, call: Call) {
    return teaserOf((yield* moveLesson(yield* holdLesson(lessonId, call), [name, asked], call)).lesson)
  })

const approve = Effect.fnUntraced(function* ({ lessonId, ...asked }: AskedOfLesson, call: Call) {
  return teaserOf((yield* approveLesson(yield* holdLesson(lessonId, call), asked, call)).lesson)
})

/** The key of the lesson service: lessons, and their way from draft to readers. Their bodies are read through access. */
export class Lessons extends Context.Service<Lessons, Methods<typeof operations>>()(
  "lyceum/content/Lessons"
) {
  static readonly layer: Layer.Layer<Lessons, never, Door | Needs> = Layer.effect(
    Lessons,
    Effect.gen(function* () {
      const { command, query } = yield* Door
      const within = yield* providing
      const given =
        <I, A, E, R>(body: (input: I, call: Call) => Effect.Effect<A, E, R>) =>
        (input: I, call: Call) =>
          within(body(input, call))
      return Lessons.of({
        add: command(operations.add, given(add)),
        get: query(
          operations.get,
          given(({ lessonId }, call) => Effect.map(seeLesson(lessonId, call), ({ lesson }) => lesson))
        ),
        getBySlug: query(operations.getBySlug, given(getBySlug)),
        getDraft: query(operations.getDraft, given(getDraft)),
        update: command(operations.update, given(update)),
        move: command(operations.move, given(move)),
        remove: command(operations.remove, given(remove)),
        submitForReview: command(operations.submitForReview, given(step("submit_for_review"))),
        approve: command(operations.approve, given(approve)),
        reject: command(operations.reject, given(step("reject_content"))),
        withdraw: command(operations.withdraw, given(step("withdraw_content"))),
        archive: command(operations.archive, given(step("archive_content"))),
        unpublish: command(operations.unpublish, given(step("unpublish_content"))),
        restore: command(operations.restore, given(step("restore_content"))),
        history: query(
          operations.history,
          given(({ lessonId, ...request }, call) =>
            Effect.flatMap(seeLesson(lessonId, call), ({ course, lesson }) =>
              historyOf(course, lessonRef(lesson), { me: call.me, request })
            )
          )
        ),
        revisions: query(
          operations.revisions,
          given(({ lessonId, ...request }, call) =>
            Effect.flatMap(seeLesson(lessonId, call), ({ course, lesson }) =>
              revisionsOfLesson(course, lessonRef(lesson), { me: call.me, request })
            )
          )
        ),
        discardRevision: command(
          operations.discardRevision,
          given(({ lessonId, version }, call) =>
            Effect.as(
              Effect.flatMap(holdLesson(lessonId, call), (held) =>
                discardLessonRevision(held, version, call)
              ),
              done
            )
          )
        )
      })
    })
  )
}
