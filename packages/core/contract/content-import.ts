/** Laws of course files in and out. Source: CON-12, KER-14, KER-15, KER-21. */
import { assert, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { CourseDocument, Courses, type LessonDocument, Lessons, type ModuleDocument, Modules, Tags } from "../src/content/index.ts"
import type { UserId } from "../src/shared/id.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { documentNamed } from "./content-documents.ts"
import { draftCourse, learnedFrom, schoolOn, shownOf, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, holderOf } from "./people.ts"
import { samples } from "./samples.ts"

const encode = Schema.encodeSync(Schema.toCodecJson(CourseDocument))
const meant = (value: unknown) => value !== "" && value !== false && !(Array.isArray(value) && value.length === 0)
const sparse = <T extends object>(value: T, names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(value).filter(([name, one]) => !names.includes(name) || meant(one)))

/** A file as an export writes it: what says nothing is left out, tags in order. */
const plain = (document: CourseDocument) => ({
  ...document,
  course: { ...document.course, tags: [...new Set(document.course.tags)].sort() },
  modules: document.modules.map((module) => ({
    ...sparse(module, ["description", "learningObjectives"]),
    lessons: module.lessons.map((lesson) => sparse(lesson, ["isFreePreview", "learningObjectives", "prerequisites", "resources"]))
  }))
})
const jsonOf = (document: unknown): unknown => JSON.parse(JSON.stringify(encode(document as CourseDocument)))

const lesson = (name: string, fields: Partial<LessonDocument> = {}): LessonDocument => ({
  slug: name,
  type: "article",
  title: name,
  status: "published",
  body: `Text of ${name}`,
  ...fields
})
const module = (key: string, lessons: ReadonlyArray<LessonDocument>, fields: Partial<ModuleDocument> = {}): ModuleDocument => ({
  key,
  title: key,
  isPublished: true,
  lessons,
  ...fields
})
const fileOf = (name: string, modules: ReadonlyArray<ModuleDocument>, fields: Partial<CourseDocument["course"]> = {}): CourseDocument => ({
  format: "lyceum/course@1",
  course: {
    slug: name,
    title: name,
    description: "Words",
    category: "craft",
    difficulty: "beginner",
    tags: [],
    status: "published",
    ...fields
  },
  modules
})

const importing = (document: CourseDocument, options: { readonly dryRun?: boolean; readonly prune?: boolean } = {}) =>
  Courses.use((courses) => courses.import({ document, ...options }))
const exported = (courseId: Parameters<Courses["Service"]["export"]>[0]["courseId"]) =>
  Effect.map(asService(Courses.use((courses) => courses.export({ courseId }))), jsonOf)
const countEvents = Effect.map(
  Outbox.use((outbox) => outbox.events({}, Option.none(), 100_000)),
  (events) => events.length
)
const changesOf = (items: ReadonlyArray<{ readonly name: string; readonly change: string }>) =>
  items.filter(({ change }) => change !== "unchanged").map(({ change, name }) => [name, change])
const issuesOf = (error: unknown) =>
  (error as { readonly issues: ReadonlyArray<{ readonly path: ReadonlyArray<unknown>; readonly message: string }> }).issues.map(
    ({ path }) => path.join(".")
  )

export const importContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "240 seconds" })(`Course files on ${adapter}`, (it) => {
    it.effect("what is imported is exported as it was; the same file again changes nothing and tells nothing (CON-12)", () =>
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
          const back = (yield* asService(Courses.use((courses) => courses.export({ courseId: courseId! })))) as CourseDocument
          assert.deepStrictEqual(changesOf((yield* asService(importing(back, { prune: true }))).items), [])
          assert.strictEqual(yield* countEvents, before)
        }
      })
    )

    it.effect("one file over another gives the second, where it prunes, and both where it does not (CON-12)", () =>
      Effect.gen(function* () {
        const [first, second] = [samples(documentNamed("course"), 12), samples(documentNamed("course"), 24).slice(12)]
        for (const [n, generated] of first.entries()) {
          const name = slug("over")
          const draft = (document: CourseDocument): CourseDocument => ({
            ...document,
            course: { ...document.course, slug: name, status: "draft" },
            modules: document.modules.map((one) => ({ ...one, lessons: one.lessons.map((inside) => ({ ...inside, status: "draft" })) }))
          })
          const [before, after] = [draft(generated), draft(second[n]!)]
          const { courseId } = yield* asService(importing(before))
          yield* asService(importing(after))
          const kept = (yield* asService(Courses.use((courses) => courses.export({ courseId: courseId! })))).modules
          const slugs = (modules: ReadonlyArray<ModuleDocument>) => modules.flatMap(({ lessons }) => lessons.map((one) => one.slug)).sort()
          assert.deepStrictEqual(slugs(kept), [...new Set([...slugs(before.modules), ...slugs(after.modules)])].sort())
          assert.deepStrictEqual(kept.slice(0, after.modules.length).map(({ key }) => key), after.modules.map(({ key }) => key))
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
        assert.strictEqual(yield* codeOf(as(author)(courses.getBySlug({ slug: name }))), "content.course_not_found")
        assert.strictEqual(yield* codeOf(as(author)(tags.get({ slug: tag }))), "content.tag_not_found")
        const real = yield* as(author)(importing(document))
        assert.deepStrictEqual(real.items, rehearsal.items)
        const changed = fileOf(name, [module("one", [lesson("b", { title: "Other" })])], { tags: [] })
        const second = yield* as(author)(importing(changed, { dryRun: true, prune: true }))
        assert.strictEqual(second.courseId, real.courseId)
        assert.deepStrictEqual(changesOf(second.items), [[name, "changed"], ["b", "changed"], ["a", "removed"]])
        assert.lengthOf((yield* as(author)(courses.outline({ courseId: real.courseId! }))).modules[0]!.lessons, 2)
      })
    )

    it.effect("new items come as drafts for whoever may not publish them alone, and live for whoever may (CON-12, CON-1)", () =>
      Effect.gen(function* () {
        const { admin, author, editor } = yield* staff
        const publishedBy = Effect.fnUntraced(function* (who: UserId) {
          const document = fileOf(slug("new"), [module("one", [lesson("a"), lesson("b", { status: "draft" })])])
          // Who does not hold content.create imports over a course that is there.
          const { courseId, items } = yield* as(who)(importing(document))
          const { course, modules } = yield* asService(Courses.use((courses) => courses.outline({ courseId: courseId! })))
          return {
            statuses: [course.workflowStatus, ...modules.flatMap(({ lessons }) => lessons.map((one) => one.workflowStatus))],
            awaiting: items.filter(({ awaitsPublication }) => awaitsPublication).map(({ type }) => type),
            shown: yield* asVisitor(Effect.option(shownOf(course.id)))
          }
        })
        const drafts = { statuses: ["draft", "draft", "draft"], awaiting: ["course", "lesson"], shown: Option.none<never>() }
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
        assert.deepStrictEqual(waiting.map(({ awaitsPublication }) => awaitsPublication === true), [true, false, true])
        yield* as(author)(importing(document))
        const { items } = yield* as(editor)(importing(document))
        assert.deepStrictEqual(items.map(({ change, fields }) => [change, fields]), [["changed", ["status"]], ["unchanged", undefined], ["changed", ["status"]]])
        assert.strictEqual((yield* asVisitor(courses.get({ courseId: courseId! }))).workflowStatus, "published")
        const { items: history } = yield* as(author)(courses.history({ courseId: courseId! }))
        assert.deepStrictEqual(history.map(({ transitionName }) => transitionName), ["submit_for_review", "approve_content"])
      })
    )

    it.effect("a published course is changed by revisions that wait, or at once by whoever may (CON-12, CON-9)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author } = yield* staff
        const name = slug("live")
        const first = fileOf(name, [module("one", [lesson("a"), lesson("b", { prerequisites: ["a"] })])])
        const { courseId } = yield* as(author)(importing(first))
        yield* asService(importing(first))
        const second = fileOf(name, [module("one", [lesson("a", { prerequisites: ["b"], body: "new" }), lesson("b")])], { title: "New" })
        const swapped = { ...second, modules: [module("one", [second.modules[0]!.lessons[0]!, { ...lesson("b"), prerequisites: [] }])] }
        const waiting = yield* as(author)(importing(swapped))
        assert.deepStrictEqual(waiting.items.map(({ awaitsPublication }) => awaitsPublication === true), [true, false, true, true])
        assert.strictEqual((yield* asVisitor(courses.get({ courseId: courseId! }))).title, name)
        assert.deepStrictEqual(changesOf((yield* as(author)(importing(swapped))).items), [])
        assert.deepStrictEqual(changesOf((yield* asService(importing(swapped))).items), [])
        const third = { ...swapped, course: { ...swapped.course, title: "Newest" } }
        yield* asService(importing({ ...third, modules: [module("one", swapped.modules[0]!.lessons.map((one) => ({ ...one, title: `${one.slug}!` })))] }))
        assert.strictEqual((yield* asVisitor(courses.get({ courseId: courseId! }))).title, "Newest")
        const live = yield* asVisitor(lessons.getBySlug({ courseId: courseId!, slug: "a" }))
        assert.strictEqual(live.title, "a!")
        assert.lengthOf(live.prerequisites, 1)
        assert.deepStrictEqual((yield* asVisitor(lessons.getBySlug({ courseId: courseId!, slug: "b" }))).prerequisites, [])
      })
    )

    it.effect("moves modules and lessons to where the file has them, and keeps who they are (CON-12, CON-6)", () =>
      Effect.gen(function* () {
        const { author } = yield* staff
        const name = slug("moved")
        const first = fileOf(name, [module("one", [lesson("a"), lesson("b")]), module("two", [lesson("c")]), module("three", [])], { status: "draft" })
        const { courseId } = yield* as(author)(importing(first))
        const ids = Effect.map(as(author)(Courses.use((courses) => courses.outline({ courseId: courseId! }))), ({ modules }) =>
          modules.map(({ key, lessons }) => [key, lessons.map((one) => [one.slug, one.id, one.lessonOrder])] as const)
        )
        const before = new Map((yield* ids).flatMap(([, lessons]) => lessons.map(([name, id]) => [name, id])))
        const second = fileOf(name, [module("three", [lesson("c"), lesson("a")]), module("one", [lesson("d"), lesson("b")]), module("two", [])], { status: "draft" })
        yield* as(author)(importing(second))
        const after = yield* ids
        assert.deepStrictEqual(after.map(([key, lessons]) => [key, lessons.map(([name, , place]) => [name, place])]), [
          ["three", [["c", 1], ["a", 2]]],
          ["one", [["d", 1], ["b", 2]]],
          ["two", []]
        ])
        for (const [name, id] of after.flatMap(([, lessons]) => lessons)) if (name !== "d") assert.strictEqual(id, before.get(name))
      })
    )

    it.effect("a file with a mistake changes nothing, and every mistake is named with its place (CON-12, KER-14, KER-15)", () =>
      Effect.gen(function* () {
        const { author } = yield* staff
        const name = slug("wrong")
        const before = yield* countEvents
        const wrong = fileOf(name, [
          module("one", [lesson("a", { prerequisites: ["zzz"] }), lesson("b", { prerequisites: ["c"] })]),
          module("two", [lesson("c", { prerequisites: ["b"], status: "draft" })])
        ])
        const nothingLive = { ...wrong, modules: wrong.modules.map((one) => ({ ...one, isPublished: false })) }
        const refusal = yield* Effect.flip(as(author)(importing(nothingLive)))
        assert.strictEqual(refusal._tag, "kernel.invalid")
        assert.deepStrictEqual(issuesOf(refusal).sort(), [
          "document.course.status",
          "document.modules.0.lessons.0.prerequisites.0",
          "document.modules.0.lessons.1.prerequisites"
        ])
        const twice = fileOf(name, [module("one", [lesson("a"), lesson("a")]), module("one", [lesson("d", { quiz: { passingScore: 1, questions: [] } })])])
        assert.deepStrictEqual(issuesOf(yield* Effect.flip(as(author)(importing(twice)))).sort(), [
          "document.modules.0.lessons.1.slug",
          "document.modules.1.key",
          "document.modules.1.lessons.0.quiz"
        ])
        assert.strictEqual(yield* countEvents, before)
        assert.strictEqual(yield* codeOf(as(author)(Courses.use((courses) => courses.getBySlug({ slug: name })))), "content.course_not_found")
      })
    )

    it.effect("what somebody learned from is not pruned: nothing is changed, and it is named (CON-12, CON-10)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const name = slug("learned")
        const { courseId } = yield* asService(importing(fileOf(name, [module("one", [lesson("a"), lesson("b")])])))
        const [, b] = (yield* asService(courses.outline({ courseId: courseId! }))).modules[0]!.lessons
        yield* learnedFrom(b!.id)
        const file = fileOf(name, [module("one", [lesson("a", { title: "Other" })])])
        const refusal = yield* Effect.flip(asService(importing(file, { prune: true })))
        assert.deepStrictEqual(issuesOf(refusal), ["document.modules"])
        assert.deepStrictEqual((yield* exported(courseId!)), jsonOf(plain(fileOf(name, [module("one", [lesson("a"), lesson("b")])]))))
        assert.strictEqual(yield* codeOf(asService(importing(file))), "done")
      })
    )

    it.effect("a slug that is another's today, or was, is refused in the file (CON-12, CON-7, KER-11)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const lessons = yield* Lessons
        const { author, learner, other } = yield* staff
        const hidden = yield* draftCourse(other)
        const taken = yield* Effect.flip(as(author)(importing(fileOf(hidden.course.slug, [], { status: "draft" }))))
        assert.deepStrictEqual(issuesOf(taken), ["document.course.slug"])
        const name = slug("renamed")
        const { courseId } = yield* asService(importing(fileOf(name, [module("one", [lesson("a")])])))
        assert.strictEqual(yield* codeOf(as(author)(importing(fileOf(name, [], { status: "draft" })))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(learner)(importing(fileOf(slug("mine"), [], { status: "draft" })))), "kernel.forbidden")
        const found = yield* asService(lessons.getBySlug({ courseId: courseId!, slug: "a" }))
        const { version } = yield* asService(courses.get({ courseId: courseId! }))
        yield* asService(courses.update({ courseId: courseId!, version, slug: slug("newer") }))
        yield* asService(lessons.update({ lessonId: found.id, version: found.version, slug: "aa" }))
        yield* asService(Effect.all([courses.submitForReview({ courseId: courseId! }), courses.approve({ courseId: courseId! })]))
        yield* asService(Effect.all([lessons.submitForReview({ lessonId: found.id }), lessons.approve({ lessonId: found.id })]))
        const old = yield* Effect.flip(asService(importing(fileOf(name, []))))
        assert.deepStrictEqual(issuesOf(old), ["document.course.slug"])
        const now = yield* asService(courses.get({ courseId: courseId! }))
        const lessonOld = yield* Effect.flip(asService(importing(fileOf(now.slug, [module("one", [lesson("a")])]))))
        assert.deepStrictEqual(issuesOf(lessonOld), ["document.modules.0.lessons.0.slug"])
      })
    )

    it.effect("a file of a course that somebody else edits meanwhile takes what they may not do into account (CON-12, CON-5)", () =>
      Effect.gen(function* () {
        const courses = yield* Courses
        const modules = yield* Modules
        const { author, learner } = yield* staff
        const name = slug("shown")
        const file = fileOf(name, [module("one", [lesson("a")])])
        const { courseId } = yield* asService(importing(file))
        yield* asService(courses.assignInstructor({ courseId: courseId!, instructorId: learner }))
        // Creator and instructor without content.edit do not rearrange what readers see.
        const renamed = fileOf(name, [module("one", [lesson("a")], { title: "Renamed" })])
        assert.strictEqual(yield* codeOf(as(learner)(importing(renamed))), "kernel.forbidden")
        const grown = fileOf(name, [module("one", [lesson("a")]), module("two", [lesson("z")])])
        const { items } = yield* as(learner)(importing(grown))
        assert.deepStrictEqual(changesOf(items), [["two", "created"], ["z", "created"]])
        const { modules: all } = yield* asService(courses.outline({ courseId: courseId! }))
        assert.isFalse(all[1]!.isPublished)
        assert.strictEqual(yield* codeOf(as(learner)(modules.remove({ moduleId: all[0]!.id }))), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(as(author)(modules.remove({ moduleId: all[1]!.id }))), "content.module_not_found")
      })
    )

    it.effect("of several who import one new course at once, one makes it and no other half of it (CON-12, KER-21)", () =>
      Effect.gen(function* () {
        const name = slug("race")
        const document = fileOf(name, [module("one", [lesson("a"), lesson("b")])], { tags: [slug("tag"), slug("tag")] })
        const outcomes = yield* asService(
          Effect.all(Array.from({ length: 8 }, () => codeOf(importing(document))), { concurrency: "unbounded" })
        )
        const known = ["done", "content.slug_taken", "kernel.invalid"]
        assert.deepStrictEqual(outcomes.filter((code) => !known.includes(code)), [])
        assert.include(outcomes, "done")
        const course = yield* asVisitor(Courses.use((courses) => courses.getBySlug({ slug: name })))
        assert.deepStrictEqual(yield* exported(course.id), jsonOf(plain(document)))
      })
    )
  })
