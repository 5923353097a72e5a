import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import * as fc from "fast-check"
import { documentNamed } from "../../../contract/content-documents.ts"
import type { CourseDocument, LessonDocument, WorkflowStatus } from "../model/index.ts"
import { readDocument } from "./document.ts"
import { planIssues } from "./import-issues.ts"
import { type CurrentCourse, importedItems, type ImportRights, planImport } from "./import.ts"

const all: ImportRights = { publishesCourse: () => true, publishesLesson: () => true, showsModules: true }
const none: ImportRights = { publishesCourse: () => false, publishesLesson: () => false, showsModules: false }

/** The course that a file was imported to, as its wishes were granted. */
const asCurrent = (document: CourseDocument): CurrentCourse => ({
  document: { ...document, course: { ...document.course, tags: [...document.course.tags].sort() } },
  status: document.course.status,
  lessons: new Map(
    document.modules.flatMap(({ lessons }) =>
      lessons.map(({ slug, status }): [string, WorkflowStatus] => [slug, status])
    )
  )
})
const how = (prune: boolean, rights = all) => ({ prune, rights })
const anyDocument = documentNamed("course")
const itemsOf = (document: CourseDocument, current: CurrentCourse | undefined, prune = false, rights = all) =>
  importedItems(planImport(document, current, how(prune, rights)), current)

const lesson = (slug: string, fields: Partial<LessonDocument> = {}): LessonDocument => ({
  slug,
  type: "article",
  title: slug,
  status: "draft",
  ...fields
})
const course = (
  modules: Readonly<Record<string, ReadonlyArray<LessonDocument>>>,
  fields: Partial<CourseDocument["course"]> = {}
): CourseDocument => ({
  format: "lyceum/course@1",
  course: {
    slug: "course",
    title: "Course",
    description: "",
    category: "craft",
    difficulty: "beginner",
    tags: [],
    status: "draft",
    ...fields
  },
  modules: Object.entries(modules).map(([key, lessons]) => ({ key, title: key, isPublished: true, lessons }))
})

describe("importing", () => {
  it("the same file again changes nothing, pruned or not (CON-12)", () => {
    fc.assert(
      fc.property(anyDocument, fc.boolean(), fc.boolean(), (document, prune, mayPublish) => {
        const items = itemsOf(document, asCurrent(document), prune, mayPublish ? all : none)
        assert.deepStrictEqual(
          items.filter(({ change }) => change !== "unchanged"),
          []
        )
        assert.deepStrictEqual(
          planIssues(document, planImport(document, asCurrent(document), how(prune)), asCurrent(document)),
          []
        )
      })
    )
  })

  it("a new course makes everything that the file names, once (CON-12)", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const items = itemsOf(document, undefined)
        const lessons = document.modules.flatMap((module) => module.lessons)
        assert.lengthOf(items, 1 + document.modules.length + lessons.length)
        assert.isTrue(items.every(({ change }) => change === "created"))
      })
    )
  })

  it("keeps what the file lacks, behind what it names, unless it prunes (CON-12)", () => {
    const current = asCurrent(course({ a: [lesson("one"), lesson("two")], b: [lesson("three")], c: [] }))
    const file = course({ c: [lesson("two")], a: [lesson("four")] })
    const kept = planImport(file, current, how(false))
    assert.deepStrictEqual(kept.order, [
      { key: "c", lessons: ["two"] },
      { key: "a", lessons: ["four", "one"] },
      { key: "b", lessons: ["three"] }
    ])
    assert.deepStrictEqual(kept.removed, { modules: [], lessons: [] })
    const pruned = planImport(file, current, how(true))
    assert.deepStrictEqual(pruned.order, [
      { key: "c", lessons: ["two"] },
      { key: "a", lessons: ["four"] }
    ])
    assert.deepStrictEqual(pruned.removed, { modules: ["b"], lessons: ["one", "three"] })
  })

  it("whatever two files: every kept or named lesson stands exactly once (CON-12, CON-6)", () => {
    fc.assert(
      fc.property(anyDocument, anyDocument, fc.boolean(), (before, file, prune) => {
        const current = asCurrent(before)
        const plan = planImport(file, current, how(prune))
        const stand = plan.order.flatMap(({ lessons }) => lessons)
        const named = file.modules.flatMap(({ lessons }) => lessons.map(({ slug }) => slug))
        const known = before.modules.flatMap(({ lessons }) => lessons.map(({ slug }) => slug))
        assert.deepStrictEqual([...stand].sort(), [...new Set([...named, ...(prune ? [] : known)])].sort())
        assert.deepStrictEqual(
          [...plan.removed.lessons].sort(),
          prune ? known.filter((slug) => !named.includes(slug)).sort() : []
        )
      })
    )
  })

  it("keeps a field that the file lacks, unless it prunes; a field that is there counts (CON-12)", () => {
    const full = lesson("one", {
      estimatedMinutes: 5,
      learningObjectives: ["x"],
      isFreePreview: true,
      body: "text"
    })
    const current = asCurrent(course({ a: [full] }, { coverUrl: "https://example.org/a" }))
    const bare = course({ a: [lesson("one", { body: "" })] })
    const fieldsOf = (prune: boolean) => planImport(bare, current, how(prune)).lessons[0]!.fields
    assert.deepStrictEqual(fieldsOf(false), ["body"])
    assert.deepStrictEqual(fieldsOf(true), [
      "body",
      "estimatedMinutes",
      "isFreePreview",
      "learningObjectives"
    ])
    assert.deepStrictEqual(planImport(bare, current, how(true)).course.fields, ["coverUrl"])
  })

  it("drops what only the former type of a lesson has (CON-12)", () => {
    const current = asCurrent(
      course({ a: [lesson("one", { type: "project", projectInstructions: "build", body: "text" })] })
    )
    const { document } = planImport(course({ a: [lesson("one")] }), current, how(false)).lessons[0]!
    assert.notProperty(document, "projectInstructions")
    assert.strictEqual(document.body, "text")
  })

  it("publishes what the file wishes published for whoever may, and says what awaits somebody who may (CON-12)", () => {
    const file = course(
      { a: [lesson("one", { status: "published" }), lesson("two")] },
      { status: "published" }
    )
    const plan = planImport(file, undefined, how(false))
    assert.deepStrictEqual(
      [plan.course.publishes, ...plan.lessons.map(({ publishes }) => publishes)],
      [true, true, false]
    )
    const waiting = itemsOf(file, undefined, false, none).filter(({ awaitsPublication }) => awaitsPublication)
    assert.deepStrictEqual(
      waiting.map(({ name }) => name),
      ["course", "one"]
    )
    assert.isTrue(planImport(file, undefined, how(false, none)).lessons.every(({ publishes }) => !publishes))
  })

  it("never takes anything back: a draft in the file leaves what is published, and archives stay shut (CON-12)", () => {
    const statusAfter = (from: WorkflowStatus, wish: "draft" | "published") => {
      const current = { ...asCurrent(course({ a: [lesson("one")] })), lessons: new Map([["one", from]]) }
      const [planned] = planImport(
        course({ a: [lesson("one", { status: wish })] }),
        current,
        how(false)
      ).lessons
      return [planned!.change, planned!.publishes]
    }
    for (const from of ["draft", "in_review", "published", "archived"] as const) {
      assert.deepStrictEqual(statusAfter(from, "draft"), ["unchanged", false])
      assert.deepStrictEqual(statusAfter(from, "published"), [
        "unchanged",
        from === "draft" || from === "in_review"
      ])
    }
  })

  it("shows or hides a module of a published course only for whoever may (CON-12, CON-5)", () => {
    const shown = asCurrent(course({ a: [lesson("one", { status: "published" })] }, { status: "published" }))
    const base = course({ a: [lesson("one", { status: "published" })] }, { status: "published" })
    const hidden = { ...base, modules: base.modules.map((module) => ({ ...module, isPublished: false })) }
    assert.deepStrictEqual(planImport(hidden, shown, how(false)).modules[0]?.fields, ["isPublished"])
    const refused = planImport(hidden, shown, how(false, none)).modules[0]!
    assert.deepInclude(refused, { change: "unchanged", awaitsPublication: true })
  })

  it("tells a new order of the module or the course that it is in (CON-12, CON-6)", () => {
    const current = asCurrent(course({ a: [lesson("one"), lesson("two")], b: [] }))
    const told = (file: CourseDocument) =>
      itemsOf(file, current)
        .filter(({ change }) => change !== "unchanged")
        .map(({ change, fields, name }) => [name, change, fields])
    assert.deepStrictEqual(told(course({ a: [lesson("two"), lesson("one")], b: [] })), [
      ["a", "changed", ["lessons"]]
    ])
    assert.deepStrictEqual(told(course({ b: [], a: [lesson("one"), lesson("two")] })), [
      ["course", "changed", ["modules"]]
    ])
    assert.deepStrictEqual(told(course({ a: [lesson("one")], b: [lesson("two")] })), [
      ["b", "changed", ["lessons"]]
    ])
    assert.deepStrictEqual(told(course({ a: [lesson("zero"), lesson("one"), lesson("two")] })), [
      ["zero", "created", undefined]
    ])
  })
})

describe("a course file", () => {
  const issuesFor = (file: CourseDocument, current?: CurrentCourse, prune = false) =>
    planIssues(file, planImport(file, current, how(prune)), current).map(({ message, path }) => [
      path.join("."),
      message
    ])

  it("names prerequisites that no lesson of the course has, kept ones counting (CON-8, CON-12)", () => {
    const file = course({ a: [lesson("one", { prerequisites: ["two", "three"] })] })
    const missing = (slug: string, at: number) => [
      `modules.0.lessons.0.prerequisites.${at}`,
      `names no lesson of the course: ${slug}`
    ]
    assert.deepStrictEqual(issuesFor(file), [missing("two", 0), missing("three", 1)])
    const current = asCurrent(course({ b: [lesson("two"), lesson("three")] }))
    assert.deepStrictEqual(issuesFor(file, current), [])
    assert.deepStrictEqual(issuesFor(file, current, true), [missing("two", 0), missing("three", 1)])
  })

  it("names the circle of lessons that wait for each other, through what is kept too (CON-8, CON-12)", () => {
    const file = course({ a: [lesson("one", { prerequisites: ["two"] })] })
    const current = asCurrent(course({ a: [lesson("two", { prerequisites: ["one"] }), lesson("one")] }))
    assert.deepStrictEqual(issuesFor(file, current), [
      ["modules.0.lessons.0.prerequisites", "waits for itself: one → two → one"]
    ])
  })

  it("that wishes a course published wants something to show (CON-2, CON-12)", () => {
    const wish = ["course.status", "needs a published module with a published lesson"]
    assert.deepStrictEqual(issuesFor(course({ a: [lesson("one")] }, { status: "published" })), [wish])
    assert.deepStrictEqual(
      issuesFor(course({ a: [lesson("one", { status: "published" })] }, { status: "published" })),
      []
    )
    assert.deepStrictEqual(issuesFor(course({ a: [lesson("one")] })), [])
  })

  it("of chance is read as it is, and one wrong field is one issue at its place (CON-12)", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const json = JSON.parse(JSON.stringify(document)) as Record<string, unknown>
        assert.isTrue(Result.isSuccess(readDocument(json)))
        const wrong = { ...json, course: { ...(json["course"] as object), colour: "red" } }
        const { issues } = Result.getOrThrow(Result.flip(readDocument(wrong)))
        assert.deepStrictEqual(
          issues.map(({ path }) => path),
          [["course", "colour"]]
        )
      })
    )
  })

  it("of anything at all is refused without falling over (CON-12)", () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => assert.isTrue(Result.isFailure(readDocument(anything)))),
      { numRuns: 500 }
    )
    for (const odd of [
      { modules: [null, 1, { lessons: "x" }, { lessons: [null] }] },
      { modules: {} },
      [],
      null
    ]) {
      assert.isTrue(Result.isFailure(readDocument(odd)))
    }
  })
})
