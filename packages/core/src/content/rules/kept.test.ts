import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import { CourseId, LessonId } from "../../shared/id.ts"
import { type Course, type Lesson, type Module, ModuleId, type WorkflowStatus } from "../model/index.ts"
import { hasSomethingToPublish, liveLessons, type Structure, takenAway, withLesson } from "./kept.ts"

const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`
const now = DateTime.makeUnsafe("2026-05-01T12:00:00.000Z")
const dates = { version: 1, createdAt: now, updatedAt: now }
const courseId = CourseId.make(uuid(1))

const course = (workflowStatus: WorkflowStatus, fields: Partial<Course> = {}): Course => ({
  id: courseId,
  slug: "course",
  title: "Course",
  description: "",
  category: "craft",
  difficulty: "beginner",
  tags: [],
  learnerCount: 0,
  workflowStatus,
  ...dates,
  ...fields
})
const module = (n: number, isPublished: boolean): Module => ({
  id: ModuleId.make(uuid(100 + n)),
  courseId,
  moduleOrder: n,
  key: `module-${n}`,
  title: "Module",
  description: "",
  learningObjectives: [],
  isPublished,
  ...dates
})
const lesson = (n: number, within: number, workflowStatus: WorkflowStatus): Lesson => ({
  id: LessonId.make(uuid(1000 + n)),
  courseId,
  moduleId: ModuleId.make(uuid(100 + within)),
  lessonOrder: n,
  slug: `lesson-${n}`,
  type: "article",
  title: "Lesson",
  isFreePreview: false,
  learningObjectives: [],
  prerequisites: [],
  workflowStatus,
  ...dates
})

const statuses: ReadonlyArray<WorkflowStatus> = ["draft", "in_review", "published", "archived"]
const anyStructure: fc.Arbitrary<Structure> = fc
  .record({
    status: fc.constantFrom(...statuses),
    late: fc.boolean(),
    modules: fc.array(
      fc.record({
        isPublished: fc.boolean(),
        lessons: fc.array(fc.constantFrom(...statuses), { maxLength: 4 })
      }),
      { maxLength: 4 }
    )
  })
  .map(({ late, modules, status }) => ({
    course: course(
      status,
      late && status === "published" ? { publishAt: DateTime.add(now, { days: 1 }) } : {}
    ),
    modules: modules.map(({ isPublished }, at) => module(at + 1, isPublished)),
    lessons: modules.flatMap(({ lessons }, at) =>
      lessons.map((one, n) => lesson(10 * at + n + 1, at + 1, one))
    )
  }))

const live: Structure = {
  course: course("published"),
  modules: [module(1, true), module(2, false)],
  lessons: [lesson(1, 1, "published"), lesson(2, 1, "draft"), lesson(3, 2, "published")]
}

describe("what readers lose", () => {
  it("is the course and its live lessons when it is taken back (CON-9)", () => {
    const { course: kept, lessons } = takenAway(live, { ...live, course: course("draft") }, now)
    assert.deepStrictEqual(kept?.course, live.course)
    assert.deepStrictEqual(
      kept?.modules.map(({ key, lessons: inside }) => [key, inside.map(({ slug }) => slug)]),
      [["module-1", ["lesson-1"]]]
    )
    assert.deepStrictEqual(
      lessons.map(({ slug }) => slug),
      ["lesson-1"]
    )
  })

  it("is a lesson alone when it, or its module, is taken back (CON-9)", () => {
    const archived = withLesson(live, lesson(1, 1, "archived"))
    assert.deepStrictEqual(takenAway(live, archived, now), { course: undefined, lessons: [live.lessons[0]!] })
    const hidden = { ...live, modules: [module(1, false), module(2, false)] }
    assert.deepStrictEqual(takenAway(live, hidden, now), { course: undefined, lessons: [live.lessons[0]!] })
    const moved = withLesson(live, { ...live.lessons[0]!, moduleId: module(2, false).id })
    assert.deepStrictEqual(
      takenAway(live, moved, now).lessons.map(({ slug }) => slug),
      ["lesson-1"]
    )
  })

  it("is nothing of what was never shown: drafts, hidden modules, a publication still to come (CON-9)", () => {
    const planned = {
      ...live,
      course: course("published", { publishAt: DateTime.add(now, { milliseconds: 1 }) })
    }
    const back = { ...live, course: course("draft") }
    assert.deepStrictEqual(takenAway(planned, back, now), { course: undefined, lessons: [] })
    assert.lengthOf(takenAway(planned, back, DateTime.add(now, { milliseconds: 1 })).lessons, 1)
  })

  it("is exactly what was live and is not any more (CON-9)", () => {
    fc.assert(
      fc.property(anyStructure, anyStructure, (before, after) => {
        const { course: kept, lessons } = takenAway(before, after, now)
        const [then, still] = [liveLessons(before, now), new Set(liveLessons(after, now).map(({ id }) => id))]
        const exists = new Set(after.lessons.map(({ id }) => id))
        assert.deepStrictEqual(
          lessons,
          then.filter(({ id }) => !still.has(id) && exists.has(id))
        )
        if (kept !== undefined)
          assert.deepStrictEqual(
            kept.modules.flatMap((one) => one.lessons),
            then
          )
        assert.deepStrictEqual(takenAway(before, before, now), { course: undefined, lessons: [] })
      })
    )
  })
})

describe("something to publish", () => {
  it("is a published module with a published lesson, nothing less (CON-2)", () => {
    const has = (isPublished: boolean, status: WorkflowStatus) =>
      hasSomethingToPublish({
        course: course("in_review"),
        modules: [module(1, isPublished)],
        lessons: [lesson(1, 1, status)]
      })
    assert.isTrue(has(true, "published"))
    assert.isFalse(has(false, "published"))
    for (const status of ["draft", "in_review", "archived"] as const) assert.isFalse(has(true, status))
    assert.isFalse(
      hasSomethingToPublish({ course: course("in_review"), modules: [module(1, true)], lessons: [] })
    )
  })

  it("is what is live once the course is published (CON-2, CON-4)", () => {
    fc.assert(
      fc.property(anyStructure, (structure) => {
        const opened = { ...structure, course: course("published") }
        assert.strictEqual(hasSomethingToPublish(structure), liveLessons(opened, now).length > 0)
      })
    )
  })
})
