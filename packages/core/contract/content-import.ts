/** Laws of course files in and out. Source: CON-12, KER-14, KER-15, KER-21. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { CourseDocument, Courses, Lessons, type ModuleDocument, Tags } from "../src/content/index.ts"
import type { UserId } from "../src/shared/id.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { documentNamed } from "./content-documents.ts"
import {
  changesOf,
  countEvents,
  exported,
  fileOf,
  importing,
  jsonOf,
  lesson,
  module,
  plain
} from "./content-files.ts"
import { schoolOn, shownOf, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, holderOf } from "./people.ts"
import { samples } from "./samples.ts"

export const importContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "240 seconds" })(`Course files on ${adapter}`, (it) => {
    it.effect(
      "what is imported is exported as it was; the same file again changes nothing and tells nothing (CON-12)",
      () =>
        Effect.gen(function* () {
          for (const generated of samples(documentNamed("course"), 25)) {
            const document = { ...generated, course: { ...generated.course, slug: slug("generated") } }
            const { courseId, items } = yield* asService(importing(document))
            assert.isTrue(items.every(({ change, type }) => change === "created" || type === "tag"))
            assert.deepStrictEqual(yield* exported(courseId!), jsonOf(plain(document)))
            const before = yield* countEvents
            for (const options of [{}, { prune: true }]) {
              const again = yield* asService(importing(document, options))
              assert.deepStrictEqual(changesOf(again.items), [])
            }
            const back = (yield* asService(
              Courses.use((courses) => courses.export({ courseId: courseId! }))
            )) as CourseDocument
            assert.deepStrictEqual(changesOf((yield* asService(importing(back, { prune: true }))).items), [])
            assert.strictEqual(yield* countEvents, before)
          }
        })
    )

    it.effect(
      "one file over another gives the second, where it prunes, and both where it does not (CON-12)",
      () =>
        Effect.gen(function* () {
          const [first, second] = [
            samples(documentNamed("course"), 12),
            samples(documentNamed("course"), 24).slice(12)
          ]
          for (const [n, generated] of first.entries()) {
            const name = slug("over")
            const draft = (document: CourseDocument): CourseDocument => ({
              ...document,
              course: { ...document.course, slug: name, status: "draft" },
              modules: document.modules.map((one) => ({
                ...one,
                lessons: one.lessons.map((inside) => ({ ...inside, status: "draft" }))
              }))
            })
            const [before, after] = [draft(generated), draft(second[n]!)]
            const { courseId } = yield* asService(importing(before))
            yield* asService(importing(after))
            const kept = (yield* asService(Courses.use((courses) => courses.export({ courseId: courseId! }))))
              .modules
            const slugs = (modules: ReadonlyArray<ModuleDocument>) =>
              modules.flatMap(({ lessons }) => lessons.map((one) => one.slug)).sort()
            assert.deepStrictEqual(
              slugs(kept),
              [...new Set([...slugs(before.modules), ...slugs(after.modules)])].sort()
            )
            assert.deepStrictEqual(
              kept.slice(0, after.modules.length).map(({ key }) => key),
              after.modules.map(({ key }) => key)
            )
            yield* asService(importing(after, { prune: true }))
            assert.deepStrictEqual(yield* exported(courseId!), jsonOf(plain(after)))
          }
        })
    )

    it.effect("a dry run tells what an import would do, and does nothing (CON-12)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const tags = yield* Tags
        const { author } = yield* staff
        const [name, tag] = [slug("dry"), slug("tag")]
        const document = fileOf(name, [module("one", [lesson("a"), lesson("b")])], { tags: [tag] })
        const before = yield* countEvents
        const rehearsal = yield* as(author)(importing(document, { dryRun: true }))
        assert.notProperty(rehearsal, "courseId")
        assert.isTrue(rehearsal.dryRun)
        assert.strictEqual(yield* countEvents, before)
        assert.strictEqual(
          yield* codeOf(as(author)(courses.getBySlug({ slug: name }))),
          "content.course_not_found"
        )
        assert.strictEqual(yield* codeOf(as(author)(tags.get({ slug: tag }))), "content.tag_not_found")
        const real = yield* as(author)(importing(document))
        assert.deepStrictEqual(real.items, rehearsal.items)
        const changed = fileOf(name, [module("one", [lesson("b", { title: "Other" })])], { tags: [] })
        const second = yield* as(author)(importing(changed, { dryRun: true, prune: true }))
        assert.strictEqual(second.courseId, real.courseId)
        assert.deepStrictEqual(changesOf(second.items), [
          [name, "changed"],
          ["b", "changed"],
          ["a", "removed"]
        ])
        assert.lengthOf(
          (yield* as(author)(courses.outline({ courseId: real.courseId! }))).modules[0]!.lessons,
          2
        )
      })
    )

    it.effect(
      "new items come as drafts for whoever may not publish them alone, and live for whoever may (CON-12, CON-1)",
      () =>
        Effect.gen(function* () {
          const { admin, author, editor } = yield* staff
          const publishedBy = Effect.fnUntraced(function* (who: UserId) {
            const document = fileOf(slug("new"), [
              module("one", [lesson("a"), lesson("b", { status: "draft" })])
            ])
            // Who does not hold content.create imports over a course that is there.
            const { courseId, items } = yield* as(who)(importing(document))
            const { course, modules } = yield* asService(
              Courses.use((courses) => courses.outline({ courseId: courseId! }))
            )
            return {
              statuses: [
                course.workflowStatus,
                ...modules.flatMap(({ lessons }) => lessons.map((one) => one.workflowStatus))
              ],
              awaiting: items.filter(({ awaitsPublication }) => awaitsPublication).map(({ type }) => type),
              shown: yield* asVisitor(Effect.option(shownOf(course.id)))
            }
          })
          const drafts = {
            statuses: ["draft", "draft", "draft"],
            awaiting: ["course", "lesson"],
            shown: Option.none<never>()
          }
          assert.deepEqual(yield* publishedBy(author), drafts as never)
          // May publish what others made, but not alone what they bring in themselves.
          assert.deepEqual(yield* publishedBy(yield* holderOf("instructor", "moderator")), drafts as never)
          const live = yield* publishedBy(admin)
          assert.deepStrictEqual(live.statuses, ["published", "published", "draft"])
          assert.deepStrictEqual(live.awaiting, [])
          assert.strictEqual(Option.getOrThrow(live.shown)[0]?.[1].length, 1)
          const refused = yield* codeOf(as(editor)(importing(fileOf(slug("new"), []))))
          assert.strictEqual(refused, "kernel.forbidden")
        })
    )

    it.effect("what somebody else left as a draft, the same file publishes for whoever may (CON-12)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const { author, editor } = yield* staff
        const document = fileOf(slug("later"), [module("one", [lesson("a")])])
        const { courseId } = yield* as(author)(importing(document))
        assert.deepStrictEqual(changesOf((yield* as(author)(importing(document))).items), [])
        const retold = fileOf(document.course.slug, [module("one", [lesson("a", { body: "Retold" })])])
        const { items: waiting } = yield* as(editor)(importing(retold))
        assert.deepStrictEqual(
          waiting.map(({ awaitsPublication }) => awaitsPublication === true),
          [true, false, true]
        )
        yield* as(author)(importing(document))
        const { items } = yield* as(editor)(importing(document))
        assert.deepStrictEqual(
          items.map(({ change, fields }) => [change, fields]),
          [
            ["changed", ["status"]],
            ["unchanged", undefined],
            ["changed", ["status"]]
          ]
        )
        assert.strictEqual(
          (yield* asVisitor(courses.get({ courseId: courseId! }))).workflowStatus,
          "published"
        )
        const { items: history } = yield* as(author)(courses.history({ courseId: courseId! }))
        assert.deepStrictEqual(
          history.map(({ transitionName }) => transitionName),
          ["submit_for_review", "approve_content"]
        )
      })
    )

    it.effect(
      "a published course is changed by revisions that wait, or at once by whoever may (CON-12, CON-9)",
      () =>
        Effect.gen(function* () {
          const courses = yield* Courses
          const lessons = yield* Lessons
          const { author } = yield* staff
          const name = slug("live")
          const first = fileOf(name, [module("one", [lesson("a"), lesson("b", { prerequisites: ["a"] })])])
          const { courseId } = yield* as(author)(importing(first))
          yield* asService(importing(first))
          const second = fileOf(
            name,
            [module("one", [lesson("a", { prerequisites: ["b"], body: "new" }), lesson("b")])],
            { title: "New" }
          )
          const swapped = {
            ...second,
            modules: [module("one", [second.modules[0]!.lessons[0]!, { ...lesson("b"), prerequisites: [] }])]
          }
          const waiting = yield* as(author)(importing(swapped))
          assert.deepStrictEqual(
            waiting.items.map(({ awaitsPublication }) => awaitsPublication === true),
            [true, false, true, true]
          )
          assert.strictEqual((yield* asVisitor(courses.get({ courseId: courseId! }))).title, name)
          assert.deepStrictEqual(changesOf((yield* as(author)(importing(swapped))).items), [])
          assert.deepStrictEqual(changesOf((yield* asService(importing(swapped))).items), [])
          const third = { ...swapped, course: { ...swapped.course, title: "Newest" } }
          yield* asService(
            importing({
              ...third,
              modules: [
                module(
                  "one",
                  swapped.modules[0]!.lessons.map((one) => ({ ...one, title: `${one.slug}!` }))
                )
              ]
            })
          )
          assert.strictEqual((yield* asVisitor(courses.get({ courseId: courseId! }))).title, "Newest")
          const live = yield* asVisitor(lessons.getBySlug({ courseId: courseId!, slug: "a" }))
          assert.strictEqual(live.title, "a!")
          assert.lengthOf(live.prerequisites, 1)
          assert.deepStrictEqual(
            (yield* asVisitor(lessons.getBySlug({ courseId: courseId!, slug: "b" }))).prerequisites,
            []
          )
        })
    )

    it.effect(
      "moves modules and lessons to where the file has them, and keeps who they are (CON-12, CON-6)",
      () =>
        Effect.gen(function* () {
          const { author } = yield* staff
          const name = slug("moved")
          const first = fileOf(
            name,
            [module("one", [lesson("a"), lesson("b")]), module("two", [lesson("c")]), module("three", [])],
            { status: "draft" }
          )
          const { courseId } = yield* as(author)(importing(first))
          const ids = Effect.map(
            as(author)(Courses.use((courses) => courses.outline({ courseId: courseId! }))),
            ({ modules }) =>
              modules.map(
                ({ key, lessons }) =>
                  [key, lessons.map((one) => [one.slug, one.id, one.lessonOrder])] as const
              )
          )
          const before = new Map(
            (yield* ids).flatMap(([, lessons]) => lessons.map(([name, id]) => [name, id]))
          )
          const second = fileOf(
            name,
            [
              module("three", [lesson("c"), lesson("a")]),
              module("one", [lesson("d"), lesson("b")]),
              module("two", [])
            ],
            { status: "draft" }
          )
          yield* as(author)(importing(second))
          const after = yield* ids
          assert.deepStrictEqual(
            after.map(([key, lessons]) => [key, lessons.map(([name, , place]) => [name, place])]),
            [
              [
                "three",
                [
                  ["c", 1],
                  ["a", 2]
                ]
              ],
              [
                "one",
                [
                  ["d", 1],
                  ["b", 2]
                ]
              ],
              ["two", []]
            ]
          )
          for (const [name, id] of after.flatMap(([, lessons]) => lessons))
            if (name !== "d") assert.strictEqual(id, before.get(name))
        })
    )

    it.effect(
      "of several who import one new course at once, one makes it and no other half of it (CON-12, KER-21)",
      () =>
        Effect.gen(function* () {
          const name = slug("race")
          const document = fileOf(name, [module("one", [lesson("a"), lesson("b")])], {
            tags: [slug("tag"), slug("tag")]
          })
          const outcomes = yield* asService(
            Effect.all(
              Array.from({ length: 8 }, () => codeOf(importing(document))),
              { concurrency: "unbounded" }
            )
          )
          const known = ["done", "content.slug_taken", "kernel.invalid"]
          assert.deepStrictEqual(
            outcomes.filter((code) => !known.includes(code)),
            []
          )
          assert.include(outcomes, "done")
          const course = yield* asVisitor(Courses.use((courses) => courses.getBySlug({ slug: name })))
          assert.deepStrictEqual(yield* exported(course.id), jsonOf(plain(document)))
        })
    )

    it.effect(
      "a tag that was deleted is in no file, whatever a revision says, and does not come back (CON-10, CON-12)",
      () =>
        asService(
          Effect.gen(function* () {
            const [courses, tags] = [yield* Courses, yield* Tags]
            const [kept, gone] = [slug("kept"), slug("gone")]
            for (const name of [kept, gone]) yield* tags.create({ slug: name, name })
            const { courseId = assert.fail() } = yield* importing(
              fileOf(slug("tagged"), [module("one", [lesson("a")])])
            )
            const { version } = yield* courses.get({ courseId })
            const { revision } = yield* courses.update({ courseId, version, tags: [gone, kept] })
            assert.deepStrictEqual(revision?.content.tags, [gone, kept])
            yield* tags.delete({ slug: gone })
            const file = yield* courses.export({ courseId })
            assert.deepStrictEqual(file.course.tags, [kept])
            assert.deepStrictEqual(changesOf((yield* importing(file)).items), [])
            assert.strictEqual(yield* codeOf(tags.get({ slug: gone })), "content.tag_not_found")
          })
        )
    )

    it.effect("no event carries a body, nor where a video lies (KER-16, PG-8)", () =>
      Effect.gen(function* () {
        const secret = slug("secret")
        const video = {
          provider: "s3",
          externalId: secret.replace("secret", "id"),
          url: `https://example.org/${secret}`
        } as const
        const quiz = {
          passingScore: 50,
          questions: [{ kind: "short_text" as const, body: secret, answer: [secret], points: 1 }]
        }
        const all = [
          lesson("a", { body: secret }),
          lesson("b", { type: "video", video }),
          lesson("c", { type: "quiz", quiz }),
          lesson("d", { type: "project", projectInstructions: secret })
        ]
        const { courseId } = yield* asService(importing(fileOf(slug("quiet"), [module("one", all)])))
        yield* asService(
          importing(
            fileOf((yield* asService(Courses.use((courses) => courses.get({ courseId: courseId! })))).slug, [
              module(
                "one",
                all.map((one) => ({ ...one, title: `${one.title}!` }))
              )
            ])
          )
        )
        const told = yield* Outbox.use((outbox) => outbox.events({}, Option.none(), 100_000))
        assert.isAbove(told.length, 20)
        assert.notInclude(JSON.stringify(told), secret)
      })
    )
  })
