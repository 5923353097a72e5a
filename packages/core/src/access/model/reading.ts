/** What a reader gets of a lesson that the paywall lets them read. */
import { Schema } from "effect"
import { Lesson, lessonBodyFields, QuizConfig } from "../../content/index.ts"

/** A question as it is asked: without its answer and its explanation. */
const AskedQuestion = Schema.Struct({
  kind: Schema.Literals(["mcq", "true_false", "short_text", "numeric"]),
  /** Markdown. */
  body: Schema.String,
  points: Schema.Int,
  /** Of an `mcq`. */
  choices: Schema.optionalKey(Schema.Array(Schema.String))
})

export const ReadableLesson = Schema.Struct({
  ...Lesson.fields,
  ...lessonBodyFields,
  quizConfig: Schema.optionalKey(
    Schema.Struct({ passingScore: QuizConfig.fields.passingScore, questions: Schema.Array(AskedQuestion) })
  )
}).annotate({ identifier: "ReadableLesson" })
