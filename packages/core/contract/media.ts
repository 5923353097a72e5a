/** Laws of assets: the noun, and how content keeps the videos of its files. Source: MED-1, KER-10, KER-21, KER-24. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import * as fc from "fast-check"
import { Courses, Lessons } from "../src/content/index.ts"
import { Asset, AssetExists, AssetId, MediaLibrary } from "../src/media/index.ts"
import { Assets } from "../src/media/ports.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { draftCourse, newLesson, schoolOn, slug, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf } from "./people.ts"
import { fieldsOf, samples, someUser } from "./samples.ts"

const isAsset = Schema.is(Asset)
const anyAsset = fc
  .record(
    {
      externalProvider: fc.constantFrom(
        "vimeo" as const,
        "youtube" as const,
        "bunnycdn" as const,
        "s3" as const,
        "cloudflare" as const
      ),
      externalId: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
      externalUrl: fc.constantFrom("https://example.org/ä?b=%00", "https://example.org/c"),
      assetType: fc.constantFrom("video" as const, "audio" as const, "document" as const, "image" as const),
      accessLevel: fc.constantFrom("public" as const, "course_access" as const, "premium_only" as const),
      uploadStatus: fc.constantFrom(
        "pending" as const,
        "processing" as const,
        "ready" as const,
        "error" as const
      ),
      duration: fc.integer({ min: 0, max: 1_000_000 }),
      width: fc.integer({ min: 1, max: 100_000 }),
      fileSize: fc.maxSafeNat(),
      viewCount: fc.maxSafeNat(),
      millis: fc.integer({ min: 0, max: 4_000_000_000_000 })
    },
    {
      requiredKeys: [
        "externalProvider",
        "externalId",
        "assetType",
        "accessLevel",
        "uploadStatus",
        "viewCount",
        "millis"
      ]
    }
  )
  .map(({ millis, ...fields }): Asset => ({
    id: AssetId.make(someUser()),
    ...fields,
    createdAt: DateTime.makeUnsafe(millis),
    updatedAt: DateTime.makeUnsafe(millis),
    ...(millis % 2 === 0 && { lastAccessedAt: DateTime.makeUnsafe(millis) })
  }))

export const mediaContract = (adapter: string, layer: Adapter) =>
  it.layer(schoolOn(layer), { timeout: "60 seconds" })(`Assets on ${adapter}`, (it) => {
    it.effect("gives back whatever the model allows, inserted or updated", () =>
      Effect.gen(function* () {
        const assets = yield* Assets
        const { run } = yield* Transaction
        const allowed = samples(anyAsset, 80).filter(isAsset)
        assert.isAbove(allowed.length, 50)
        for (const [n, asset] of allowed.entries()) {
          yield* run(assets.insert(asset))
          assert.deepStrictEqual(yield* assets.find(asset.id), Option.some(asset))
          const { assetType, createdAt, externalId, externalProvider, id } = asset
          const changed: Asset = {
            ...allowed[(n * 7) % allowed.length]!,
            assetType,
            createdAt,
            externalId,
            externalProvider,
            id
          }
          yield* run(assets.update(changed))
          assert.deepStrictEqual(yield* assets.find(id), Option.some(changed))
          assert.deepStrictEqual(yield* assets.variants(id), [])
        }
        const ids = allowed.slice(0, 3).map(({ id }) => id)
        assert.deepStrictEqual((yield* assets.findAll(ids)).map(({ id }) => id).sort(), [...ids].sort())
      })
    )

    it.effect("a provider's file is one asset, also when eight describe it at once (MED-1, KER-21)", () =>
      Effect.gen(function* () {
        const library = yield* MediaLibrary
        const file = {
          externalProvider: "youtube",
          externalId: slug("video"),
          assetType: "video",
          accessLevel: "public"
        } as const
        const outcomes = yield* asService(
          Effect.all(
            Array.from({ length: 8 }, () => Effect.result(library.create(file))),
            { concurrency: "unbounded" }
          )
        )
        const made = outcomes.flatMap((one) => (one._tag === "Success" ? [one.success.id] : []))
        assert.lengthOf(made, 1)
        for (const one of outcomes) {
          if (one._tag === "Failure")
            assert.deepStrictEqual(fieldsOf(one.failure), fieldsOf(new AssetExists({ assetId: made[0]! })))
        }
      })
    )

    it.effect(
      "takes media.manage; who holds it on own courses sees only what they brought in (KER-10, KER-11)",
      () =>
        Effect.gen(function* () {
          const library = yield* MediaLibrary
          const { author, editor, learner, other } = yield* staff
          const create = library.create({
            externalProvider: "s3",
            externalId: slug("file"),
            assetType: "document",
            accessLevel: "public"
          })
          assert.strictEqual(yield* codeOf(as(learner)(create)), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(asVisitor(create)), "kernel.sign_in_required")
          const asset = yield* as(author)(create)
          assert.deepInclude(asset, { uploadedBy: author, uploadStatus: "ready", viewCount: 0 })
          const get = library.get({ assetId: asset.id })
          assert.deepStrictEqual(yield* as(editor)(get), { ...asset, variants: [] })
          assert.strictEqual(yield* codeOf(as(author)(get)), "done")
          for (const who of [other, learner])
            assert.strictEqual(yield* codeOf(as(who)(get)), "media.asset_not_found")
          assert.deepStrictEqual((yield* as(author)(library.list({}))).items, [asset])
          assert.deepStrictEqual((yield* as(other)(library.list({}))).items, [])
          assert.strictEqual(yield* codeOf(as(learner)(library.list({}))), "kernel.forbidden")
          const pending = yield* as(author)(
            library.create({
              externalProvider: "s3",
              externalId: slug("file"),
              assetType: "video",
              accessLevel: "public",
              uploadStatus: "pending"
            })
          )
          assert.deepStrictEqual((yield* as(author)(library.list({ uploadStatus: "pending" }))).items, [
            pending
          ])
          const first = yield* as(author)(library.list({ limit: 1 }))
          const second = yield* as(author)(library.list({ limit: 1, cursor: first.next! }))
          assert.deepStrictEqual(
            [...first.items, ...second.items].map(({ id }) => id),
            [asset.id, pending.id].sort().reverse()
          )
        })
    )

    it.effect("a lesson shows an asset that exists, attached by who manages media there (KER-10)", () =>
      Effect.gen(function* () {
        const library = yield* MediaLibrary
        const lessons = yield* Lessons
        const { author, learner } = yield* staff
        const { course, module } = yield* draftCourse(author)
        const asset = yield* as(author)(
          library.create({
            externalProvider: "vimeo",
            externalId: slug("video"),
            assetType: "video",
            accessLevel: "course_access"
          })
        )
        const video = { type: "video", textContent: "notes", primaryMediaId: asset.id } as const
        const lesson = yield* as(author)(newLesson(module.id, video))
        assert.strictEqual((yield* as(author)(lessons.get({ lessonId: lesson.id }))).primaryMediaId, asset.id)
        const missing = { ...video, primaryMediaId: AssetId.make(someUser()) }
        assert.strictEqual(yield* codeOf(as(author)(newLesson(module.id, missing))), "media.asset_not_found")
        assert.strictEqual(
          yield* codeOf(as(author)(newLesson(module.id, { ...video, type: "article" }))),
          "kernel.invalid"
        )
        yield* asService(
          Courses.use((courses) => courses.assignInstructor({ courseId: course.id, instructorId: learner }))
        )
        assert.strictEqual(yield* codeOf(as(learner)(newLesson(module.id, video))), "kernel.forbidden")
      })
    )
  })
