/** Laws of what a school sells and asks for: tiers, course rules, lesson overrides. */
import { assert, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import {
  Access,
  Entitlements,
  freeTier,
  OverrideId,
  Overrides,
  Rules,
  TierKey,
  Tiers
} from "../src/access/index.ts"
import { after, from, premium } from "./access-given.ts"
import { paywallOn } from "./access-ground.ts"
import { draftCourse, liveCourse, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, holderOf, someone } from "./people.ts"
import { someUser, unique } from "./samples.ts"

const newTier = () => ({
  tierKey: TierKey.make(unique("tier")),
  name: "A tier",
  sortOrder: 15,
  monthlyPriceCents: 1500,
  currency: "EUR" as const
})

export const settingsContract = (adapter: string, layer: Adapter) =>
  it.layer(paywallOn(layer), { timeout: "60 seconds" })(`Tiers, rules and overrides on ${adapter}`, (it) => {
    it.effect(
      "tiers are shown to everyone, those no longer sold to billing.view; changing them takes billing.manage (ACC-2)",
      from(
        Effect.gen(function* () {
          const tiers = yield* Tiers
          const admin = yield* holderOf("admin")
          const moderator = yield* holderOf("moderator")
          const wanted = newTier()
          const { tierKey } = wanted
          const tier = yield* as(admin)(tiers.create(wanted))
          assert.deepInclude(tier, { ...wanted, isActive: true, description: "", features: [], limits: {} })
          assert.strictEqual(yield* codeOf(as(admin)(tiers.create(wanted))), "access.tier_exists")
          const shown = (who: typeof asVisitor) =>
            Effect.map(who(tiers.list({ limit: 100 })), ({ items }) =>
              items.some((one) => one.tierKey === tierKey)
            )
          assert.isTrue(yield* shown(asVisitor))
          const dearer = yield* as(admin)(tiers.update({ tierKey, monthlyPriceCents: 2000 }))
          assert.deepStrictEqual(dearer, { ...tier, monthlyPriceCents: 2000, updatedAt: dearer.updatedAt })
          assert.isFalse((yield* as(admin)(tiers.deactivate({ tierKey }))).isActive)
          assert.isFalse(yield* shown(asVisitor))
          assert.isTrue(yield* shown(as(admin)))
          for (const who of [as(moderator), asVisitor]) {
            for (const attempt of each(
              tiers.create(newTier()),
              tiers.update({ tierKey }),
              tiers.deactivate({ tierKey })
            )) {
              assert.include(["kernel.forbidden", "kernel.sign_in_required"], yield* codeOf(who(attempt)))
            }
          }
          const gone = TierKey.make(unique("gone"))
          assert.strictEqual(
            yield* codeOf(as(admin)(tiers.update({ tierKey: gone }))),
            "access.tier_not_found"
          )
        })
      )
    )

    it.effect(
      "free keeps rank 0: it is what everybody has (ACC-2)",
      from(
        Effect.gen(function* () {
          const tiers = yield* Tiers
          assert.strictEqual(
            yield* codeOf(asService(tiers.update({ tierKey: freeTier, sortOrder: 5 }))),
            "kernel.invalid"
          )
          assert.strictEqual(
            yield* codeOf(asService(tiers.update({ tierKey: freeTier, name: "Free" }))),
            "done"
          )
        })
      )
    )

    it.effect(
      "a tier that is no longer sold keeps its rank for those who hold it (ACC-2)",
      from(
        Effect.gen(function* () {
          const tiers = yield* Tiers
          const { author } = yield* staff
          const { course } = yield* liveCourse(author)
          const wanted = newTier()
          yield* asService(tiers.create(wanted))
          yield* asService(
            Rules.use((rules) => rules.set({ courseId: course.id, requiredTier: TierKey.make("basic") }))
          )
          const { id: learner } = yield* someone()
          const grant = { ...premium(learner, 1000), entitlementRef: wanted.tierKey }
          yield* asService(Entitlements.use((entitlements) => entitlements.grant(grant)))
          yield* asService(tiers.deactivate({ tierKey: wanted.tierKey }))
          const decision = yield* as(learner)(
            Access.use((access) => access.canReadCourse({ courseId: course.id }))
          )
          assert.deepStrictEqual(decision, { allowed: true, method: "tier", until: after(1000) })
        })
      )
    )

    it.effect(
      "rules take manage_content, also before the course is published; a course has one (ACC-3)",
      from(
        Effect.gen(function* () {
          const rules = yield* Rules
          const { author, learner } = yield* staff
          const moderator = yield* holderOf("moderator")
          const { course } = yield* draftCourse(author)
          const courseId = course.id
          const set = (tier: string) => rules.set({ courseId, requiredTier: TierKey.make(tier) })
          assert.strictEqual(yield* codeOf(as(learner)(set("basic"))), "content.course_not_found")
          assert.strictEqual(yield* codeOf(as(author)(set("basic"))), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(as(moderator)(set("gold"))), "access.tier_not_found")
          assert.strictEqual(
            yield* codeOf(as(author)(rules.get({ courseId }))),
            "access.course_rule_not_found"
          )
          const first = yield* as(moderator)(set("basic"))
          const second = yield* as(moderator)(set("premium"))
          assert.deepInclude(second, {
            requiredTier: TierKey.make("premium"),
            isActive: true,
            createdAt: first.createdAt
          })
          assert.deepStrictEqual(yield* as(author)(rules.get({ courseId })), second)
          assert.strictEqual(yield* codeOf(as(author)(rules.remove({ courseId }))), "kernel.forbidden")
          yield* as(moderator)(rules.remove({ courseId }))
          assert.strictEqual(
            yield* codeOf(as(moderator)(rules.remove({ courseId }))),
            "access.course_rule_not_found"
          )
        })
      )
    )

    it.effect(
      "rules set at once leave one rule (ACC-3)",
      from(
        Effect.gen(function* () {
          const rules = yield* Rules
          const { author } = yield* staff
          const { course } = yield* liveCourse(author)
          const asked = ["free", "basic", "premium", "enterprise"].map((tier) => TierKey.make(tier))
          const exits = yield* Effect.all(
            Array.from({ length: 16 }, (_, index) =>
              Effect.exit(asService(rules.set({ courseId: course.id, requiredTier: asked[index % 4]! })))
            ),
            { concurrency: 16 }
          )
          assert.isTrue(exits.every(Exit.isSuccess))
          assert.include(asked, (yield* asVisitor(rules.get({ courseId: course.id }))).requiredTier)
        })
      )
    )

    it.effect(
      "overrides take manage_content, stand beside each other, and must make sense (ACC-5)",
      from(
        Effect.gen(function* () {
          const overrides = yield* Overrides
          const { author, learner } = yield* staff
          const moderator = yield* holderOf("moderator")
          const { lessons } = yield* liveCourse(author)
          const lessonId = lessons[0]!.id
          const open = { lessonId, overrideType: "open" as const }
          for (const who of [as(learner), as(author)]) {
            assert.strictEqual(yield* codeOf(who(overrides.add(open))), "kernel.forbidden")
            assert.strictEqual(yield* codeOf(who(overrides.list({ lessonId }))), "kernel.forbidden")
          }
          const one = yield* as(moderator)(overrides.add(open))
          const two = yield* as(moderator)(
            overrides.add({
              lessonId,
              overrideType: "require_tier",
              requiredTier: TierKey.make("basic"),
              startsAt: after(1)
            })
          )
          assert.deepStrictEqual((yield* as(moderator)(overrides.list({ lessonId }))).items, [one, two])
          const premiumKey = TierKey.make("premium")
          for (const wrong of [
            { lessonId, overrideType: "require_tier" as const },
            { ...open, requiredTier: premiumKey }
          ]) {
            assert.strictEqual(yield* codeOf(as(moderator)(overrides.add(wrong))), "kernel.invalid")
          }
          const gold = { lessonId, overrideType: "require_tier" as const, requiredTier: TierKey.make("gold") }
          assert.strictEqual(yield* codeOf(as(moderator)(overrides.add(gold))), "access.tier_not_found")
          assert.strictEqual(
            yield* codeOf(as(learner)(overrides.remove({ overrideId: one.id }))),
            "kernel.forbidden"
          )
          yield* as(moderator)(overrides.remove({ overrideId: one.id }))
          const missing = OverrideId.make(someUser())
          for (const overrideId of [one.id, missing]) {
            assert.strictEqual(
              yield* codeOf(as(moderator)(overrides.remove({ overrideId }))),
              "access.override_not_found"
            )
          }
          assert.deepStrictEqual((yield* as(moderator)(overrides.list({ lessonId }))).items, [two])
        })
      )
    )
  })
