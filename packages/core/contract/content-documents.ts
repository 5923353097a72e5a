/** Course files as chance makes them: every field present or absent, prerequisites without a circle. */
import { DateTime } from "effect"
import * as fc from "fast-check"
import type { CourseDocument, LessonDocument, ModuleDocument } from "../src/content/index.ts"

const title = fc.stringMatching(/^[A-Za-zéàß][A-Za-z0-9 éàß'?]{0,20}[A-Za-z0-9?]$/)
const text = fc
  .string({ unit: "grapheme", maxLength: 60 })
  .filter((one) => !one.includes("\0") && one.isWellFormed())
const minutes = fc.integer({ min: 0, max: 600 })
const objectives = fc.array(title, { maxLength: 3 })
const status = fc.constantFrom("draft" as const, "published" as const)
const url = fc.constantFrom("https://example.org/a", "https://example.org/b?c=d")
const drip = fc.oneof(
  fc
    .integer({ min: 0, max: 4_000_000_000 })
    .map((seconds) => ({ opensAt: DateTime.makeUnsafe(seconds * 1000) })),
  fc.integer({ min: 1, max: 30 }).map((afterDays) => ({ afterDays })),
  fc.constant({ afterPrevious: true as const })
)
const question = fc.oneof(
  fc.record({ kind: fc.constant("true_false" as const), body: title, answer: fc.boolean(), points: minutes }),
  fc.record({
    kind: fc.constant("numeric" as const),
    body: title,
    answer: fc.integer(),
    explanation: text,
    points: minutes
  }),
  fc.record({
    kind: fc.constant("mcq" as const),
    body: title,
    choices: fc.array(title, { minLength: 2, maxLength: 4 }),
    answer: fc.subarray([0, 1], { minLength: 1 }),
    points: minutes
  })
)

const common = {
  isFreePreview: fc.boolean(),
  estimatedMinutes: minutes,
  learningObjectives: objectives,
  drip,
  body: text,
  resources: fc.array(fc.record({ title, url }), { maxLength: 2 })
}
const optional = { requiredKeys: ["title", "status", "waits", "place"] as const }
const named = {
  title,
  status,
  /** Which of the lessons before it in the file it waits for. */
  waits: fc.array(fc.nat(30), { maxLength: 2 }),
  /** In which module it stands. */
  place: fc.nat(10)
}

type Draft = Omit<LessonDocument, "slug" | "prerequisites"> & {
  readonly waits: ReadonlyArray<number>
  readonly place: number
}

const lesson: fc.Arbitrary<Draft> = fc.oneof(
  fc
    .record({ ...named, ...common }, { requiredKeys: [...optional.requiredKeys] })
    .map((one) => ({ ...one, type: "article" as const })),
  fc
    .record({ ...named, ...common, projectInstructions: text }, { requiredKeys: [...optional.requiredKeys] })
    .map((one) => ({ ...one, type: "project" as const })),
  fc
    .record(
      {
        ...named,
        ...common,
        quiz: fc.record({
          passingScore: fc.integer({ min: 0, max: 100 }),
          questions: fc.array(question, { maxLength: 3 })
        })
      },
      { requiredKeys: [...optional.requiredKeys] }
    )
    .map((one) => ({ ...one, type: "quiz" as const })),
  fc
    .record(
      {
        ...named,
        ...common,
        video: fc.record(
          {
            provider: fc.constantFrom("youtube" as const, "s3" as const),
            externalId: fc.uuid(),
            url,
            durationSeconds: minutes
          },
          { requiredKeys: ["provider", "externalId"] }
        )
      },
      { requiredKeys: [...optional.requiredKeys] }
    )
    .map((one) => ({ ...one, type: "video" as const }))
)

const module = fc.record(
  { title, isPublished: fc.boolean(), description: text, learningObjectives: objectives },
  { requiredKeys: ["title", "isPublished"] }
)

/** A course of some modules and lessons; `slug` names it. */
export const documentNamed = (slug: string): fc.Arbitrary<CourseDocument> =>
  fc
    .record({
      course: fc.record(
        {
          title,
          description: text,
          category: title,
          difficulty: fc.constantFrom(
            "beginner" as const,
            "intermediate" as const,
            "advanced" as const,
            "expert" as const
          ),
          estimatedMinutes: minutes,
          coverUrl: url,
          thumbnailUrl: url,
          tags: fc.subarray(["ai", "craft", "music", "history"]),
          status
        },
        { requiredKeys: ["title", "description", "category", "difficulty", "tags", "status"] }
      ),
      modules: fc.array(module, { maxLength: 4 }),
      lessons: fc.array(lesson, { maxLength: 8 })
    })
    .map(({ course, lessons, modules }): CourseDocument => {
      const inModules = modules.map((one, at): ModuleDocument => ({
        ...one,
        key: `module-${at}`,
        lessons: lessons.flatMap(({ place, waits, ...rest }, n): ReadonlyArray<LessonDocument> => {
          const prerequisites = [...new Set(waits.filter((before) => before < n))].map(
            (before) => `lesson-${before}`
          )
          return place % modules.length === at
            ? [{ ...rest, slug: `lesson-${n}`, ...(waits.length > 0 && { prerequisites }) }]
            : []
        })
      }))
      const shows = inModules.some(
        (one) => one.isPublished && one.lessons.some((inside) => inside.status === "published")
      )
      return {
        format: "lyceum/course@1",
        course: { ...course, slug, status: shows ? course.status : "draft" },
        modules: inModules
      }
    })
