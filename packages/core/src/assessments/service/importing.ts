/** Questions from a file: each whole or not at all. Source: ASM-24. */
import { Effect, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { requirePermission, userIdOf } from "../../shared/actor.ts"
import type { Call } from "../../shared/door.ts"
import { Invalid } from "../../shared/errors.ts"
import type { NewEvent } from "../../shared/event.ts"
import { newId } from "../../shared/id.ts"
import { Outbox } from "../../shared/outbox.ts"
import { formats } from "../formats/index.ts"
import { type Question, QuestionId } from "../model/index.ts"
import { largestImport, type questionOperations } from "../operations/questions.ts"
import { QuestionStore } from "../ports.ts"
import * as rules from "../rules/bank.ts"

type Input = (typeof questionOperations.import)["input"]["Type"]

/** The body of the use case; a format decides what is a question, the bank whether it can be asked. */
export const importing = Effect.gen(function* () {
  const store = yield* QuestionStore
  const outbox = yield* Outbox
  const random = yield* SecureRandom.SecureRandom
  return Effect.fnUntraced(function* (
    { allOrNothing = false, category, dryRun = false, format, tags = [], text }: Input,
    { me, now }: Call
  ) {
    yield* Effect.fromResult(requirePermission(me, "assessments:create", { own: true }))
    const read = formats[format].read(text)
    if (read.questions.length + read.refused.length > largestImport)
      return yield* Invalid.at(["text"], `holds more than ${largestImport} questions: import it in parts`)
    const questions: Array<Question> = []
    const events: Array<NewEvent> = []
    const imported: Array<{ line: number; questionId?: QuestionId; leftOut: ReadonlyArray<string> }> = []
    const refused = [...read.refused]
    for (const { leftOut, line, question } of read.questions) {
      const id = yield* newId(QuestionId, random)
      const made = rules.create(
        {
          ...(category !== undefined && { category }),
          ...question,
          tags: [...question.tags, ...tags]
        },
        { id, createdBy: userIdOf(me.actor), now }
      )
      if (Result.isFailure(made)) {
        refused.push({ line, issues: made.failure.issues })
        continue
      }
      questions.push(made.success.state)
      events.push(...made.success.events)
      imported.push({ line, ...(!dryRun && { questionId: id }), leftOut })
    }
    const isRefused = allOrNothing && refused.length > 0
    if (!dryRun && !isRefused) {
      yield* store.insert(questions)
      yield* outbox.append(events)
    }
    return {
      dryRun,
      imported: isRefused ? [] : imported,
      refused: refused.sort((a, b) => a.line - b.line)
    }
  })
})
