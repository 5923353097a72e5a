/** Brings the quizzes and exams of the demo school in: questions from their files, then the assessments that ask them. */
import { Assessments, Questions, type Scope } from "@lyceum/core/assessments"
import { Courses, Lessons } from "@lyceum/core/content"
import { Invalid } from "@lyceum/core/shared"
import { Effect, Struct } from "effect"
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type AssessmentFile, readAssessments } from "./file.ts"

type Given = AssessmentFile["assessments"][number]

const scopeOf = Effect.fnUntraced(function* (course: string, lesson: string | undefined) {
  const { id: courseId } = yield* (yield* Courses).getBySlug({ slug: course })
  if (lesson === undefined) return { scope: "course", courseId } satisfies Scope
  const { id: lessonId } = yield* (yield* Lessons).getBySlug({ courseId, slug: lesson })
  return { scope: "lesson", lessonId } satisfies Scope
})

/** The questions of a file, in its order. One that is refused is a bug: the files ship with this program. */
const importQuestions = Effect.fnUntraced(function* (folder: string, { file, format }: Given["questions"]) {
  const text = readFileSync(join(folder, file), "utf8")
  const { imported, refused } = yield* (yield* Questions).import({ format, text, allOrNothing: true })
  if (refused.length > 0)
    return yield* new Invalid({
      issues: refused.flatMap(({ issues, line }) =>
        issues.map(({ message, path }) => ({ message, path: [file, line, ...path] }))
      )
    })
  return imported.flatMap(({ questionId }) => (questionId === undefined ? [] : [{ questionId }]))
})

/** What was interrupted goes on where it stopped; what is there already stays as it is. */
const importOne = Effect.fnUntraced(function* (
  { folder, scope }: { readonly folder: string; readonly scope: Scope },
  { questions, ...given }: Given
) {
  const assessments = yield* Assessments
  const terms = Struct.omit(given, ["lesson"])
  const where = scope.scope === "lesson" ? { lessonId: scope.lessonId } : { courseId: scope.courseId }
  const { items } = yield* assessments.list(where)
  const known = items.find(({ title }) => title === terms.title)
  const { id: assessmentId, version } = known ?? (yield* assessments.create({ scope, ...terms }))
  if (known === undefined || known.questionCount === 0) {
    const items = yield* importQuestions(folder, questions)
    yield* assessments.setItems({ assessmentId, version, items })
  }
  yield* assessments.publish({ assessmentId })
})

export const importAssessments = Effect.gen(function* () {
  for (const { content, path } of yield* readAssessments) {
    for (const given of content.assessments) {
      const scope = yield* scopeOf(content.course, given.lesson)
      yield* importOne({ folder: dirname(path), scope }, given)
    }
  }
})
