import { assert, describe, it } from "@effect/vitest"
import { CourseDocument } from "@lyceum/core/content"
import { Effect, Result, Schema } from "effect"
import { readdirSync } from "node:fs"
import { courseText, type FileIssue, parseCourse, readCourseFile } from "./files.ts"

const folder = new URL("../../../examples/school/courses/", import.meta.url).pathname

const file = `format: lyceum/course@1
course:
  slug: knots
  title: Knots
  description: ""
  category: craft
  difficulty: beginner
  tags: []
  status: draft
modules:
  - key: first
    title: First
    isPublished: true
    lessons:
      - slug: bowline
        type: article
        title: The bowline
        status: published
        body: |
          Make a loop.
`

const isDocument = Schema.is(CourseDocument)

const issuesOf = (text: string): ReadonlyArray<FileIssue> =>
  Result.match(parseCourse(text), { onFailure: (issues) => issues, onSuccess: () => [] })
const placesOf = (text: string) => issuesOf(text).map(({ line, path }) => [line, path])

describe("course files", () => {
  it("are read, as YAML and as JSON (CON-12)", () => {
    assert.deepStrictEqual(issuesOf(file), [])
    const { document } = Result.getOrThrow(parseCourse(file))
    assert.strictEqual(document.modules[0]?.lessons[0]?.body, "Make a loop.\n")
    assert.deepStrictEqual(Result.getOrThrow(parseCourse(courseText(document, "json"))).document, document)
  })

  it("name every mistake at once, with line, column and path (CON-12)", () => {
    const wrong = file
      .replace("difficulty: beginner", "difficulty: easy")
      .replace("  category: craft\n", "")
      .replace(
        "        title: The bowline\n",
        "        title: The bowline\n        colour: red\n        quiz: {}\n"
      )
    assert.deepStrictEqual(placesOf(wrong), [
      [2, "course.category"],
      [6, "course.difficulty"],
      [17, "modules[0].lessons[0].colour"],
      [18, "modules[0].lessons[0].quiz.passingScore"],
      [18, "modules[0].lessons[0].quiz.questions"],
      [18, "modules[0].lessons[0].quiz"]
    ])
    assert.deepInclude(issuesOf(wrong)[1], { line: 6, column: 3 })
  })

  it("name what no single field can tell: names used twice, fields of another type (CON-12)", () => {
    const twice = `${file}      - { slug: bowline, type: quiz, title: Again, status: draft, projectInstructions: Tie it }\n`
    const all = `${twice}  - { key: first, title: Again, isPublished: false, lessons: [] }\n`
    assert.deepStrictEqual(placesOf(all), [
      [21, "modules[0].lessons[1].slug"],
      [21, "modules[0].lessons[1].projectInstructions"],
      [22, "modules[1].key"]
    ])
  })

  it("say where their syntax breaks (CON-12)", () => {
    assert.deepInclude(issuesOf(file.replace("  title: Knots", "  title: [Knots"))[0], { path: "" })
    assert.strictEqual(issuesOf(file.replace("  slug: knots", "  slug: knots\n  slug: ropes"))[0]?.line, 4)
    assert.lengthOf(issuesOf("format: lyceum/course@1\n---\nformat: two\n"), 1)
    assert.isAbove(issuesOf("").length, 0)
    assert.isAbove(issuesOf('{"format": }').length, 0)
  })

  it("place the issues that an import refuses them with (CON-12)", () => {
    const { locate } = Result.getOrThrow(parseCourse(file))
    const message = "is taken"
    assert.deepStrictEqual(
      locate([
        { path: ["document", "modules", 0, "lessons", 0, "prerequisites", 0], message },
        { path: ["document", "course", "slug"], message },
        { path: ["document"], message }
      ]).map(({ line, path }) => [line, path]),
      [
        [1, ""],
        [3, "course.slug"],
        [15, "modules[0].lessons[0].prerequisites[0]"]
      ]
    )
  })

  it("survive aliases that multiply (CON-12)", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for (const [index, name] of "bcdefghi".split("").entries()) {
      const before = "abcdefgh"[index]
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`)
    }
    assert.deepStrictEqual(
      issuesOf(bomb.join("\n")).map(({ message }) => message),
      ["has too many aliases"]
    )
  })

  it.prop(
    "come back as they were written, whatever text they hold (CON-12)",
    { body: Schema.String, title: Schema.NonEmptyString, lines: Schema.Array(Schema.String) },
    ({ body, lines, title }) => {
      const { document } = Result.getOrThrow(parseCourse(file))
      const [module] = document.modules
      const texts = [
        body,
        lines.join("\n"),
        `# ${title}\n\n${lines.join("\n\n")}\n`,
        ` ${body}\t\n  \n`,
        `${title}: [x]`
      ]
      for (const text of texts) {
        const lessons = [{ ...module!.lessons[0]!, body: text, title }]
        const written = { ...document, modules: [{ ...module!, lessons }] }
        if (!isDocument(written)) continue
        for (const format of ["yaml", "json"] as const) {
          assert.deepStrictEqual(
            Result.getOrThrow(parseCourse(courseText(written, format))).document,
            written
          )
        }
      }
    },
    { arbitrary: { runs: 200, size: 30 } }
  )

  it.effect("are the three of the demo school (CON-12)", () =>
    Effect.gen(function* () {
      const names = readdirSync(folder)
      assert.lengthOf(names, 3)
      for (const name of names) {
        const { document } = yield* readCourseFile(`${folder}${name}`)
        assert.deepStrictEqual(
          Result.getOrThrow(parseCourse(courseText(document, "yaml"))).document,
          document
        )
      }
    })
  )

  it.effect("that cannot be read say so", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(readCourseFile("/nowhere/course.yaml"))
      assert.deepInclude(failure, { exitCode: 1, message: "/nowhere/course.yaml cannot be read" })
    })
  )
})
