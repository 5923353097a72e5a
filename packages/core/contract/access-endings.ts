/** Laws of what ends, of who pays, and of whose entitlements are shown to whom. Source: ACC-13, ACC-20, ACC-22, RBAC-8. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { Access, Entitlements, Rules, TierKey } from "../src/access/index.ts"
import { EntitlementStore } from "../src/access/ports.ts"
import { PaidMembership, Roles } from "../src/rbac/index.ts"
import { Transaction } from "../src/shared/transaction.ts"
import { after, from, names, premium, start } from "./access-given.ts"
import { paywallOn } from "./access-ground.ts"
import { liveCourse, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, holderOf, roleNamed, someone } from "./people.ts"
import { clockAt, someUser, unique } from "./samples.ts"

export const endingsContract = (adapter: string, layer: Adapter) =>
  it.layer(paywallOn(layer), { timeout: "60 seconds" })(`What ends, and who pays, on ${adapter}`, (it) => {
    it.effect(
      "the sweep marks what has ended, once each also when several sweep at once, and decisions wait for none (ACC-13, ACC-1)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { author } = yield* staff
          const { course } = yield* liveCourse(author)
          yield* asService(
            Rules.use((rules) => rules.set({ courseId: course.id, requiredTier: TierKey.make("premium") }))
          )
          const learners = yield* Effect.forEach(Array.from({ length: 12 }), () => someone())
          yield* Effect.forEach(learners, ({ id }, index) =>
            asService(entitlements.grant(premium(id, 100 + index)))
          )
          const { id: staying } = yield* someone()
          yield* asService(entitlements.grant(premium(staying, 9000)))
          yield* clockAt(start, 111)
          const last = as(learners[11]!.id)(
            Access.use((access) => access.canReadCourse({ courseId: course.id }))
          )
          assert.isFalse((yield* last).allowed)
          const sweeps = yield* Effect.all(
            Array.from({ length: 8 }, () => asService(entitlements.sweep({ limit: 5 }))),
            { concurrency: 8 }
          )
          const rest = yield* asService(entitlements.sweep({}))
          assert.strictEqual(
            [...sweeps, rest].reduce((sum, { expired }) => sum + expired, 0),
            12
          )
          assert.isTrue(sweeps.every(({ expired, more }) => more === (expired === 5)))
          for (const { id } of learners) {
            assert.deepStrictEqual(yield* names(id), [
              "access.entitlement_granted",
              "access.entitlement_expired"
            ])
          }
          assert.deepStrictEqual(yield* names(staying), ["access.entitlement_granted"])
          const { items } = yield* asService(entitlements.list({ userId: learners[0]!.id }))
          assert.deepInclude(items[0], { status: "expired" })
          const woken = yield* asService(
            entitlements.renew({ entitlementId: items[0]!.id, periodEnd: after(5000) })
          )
          assert.deepInclude(woken.entitlement, { status: "active", expiresAt: after(5000) })
        })
      )
    )

    it.effect(
      "what a sweep holds is passed over by another, and a renewal that comes first saves the entitlement (ACC-13)",
      from(
        Effect.gen(function* () {
          const { run } = yield* Transaction
          const store = yield* EntitlementStore
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const { entitlement } = yield* asService(entitlements.grant(premium(learner, 10)))
          yield* asService(entitlements.renew({ entitlementId: entitlement.id, periodEnd: after(60) }))
          yield* clockAt(start, 59)
          const claimed = run(store.claimEnded(after(59), 1000))
          assert.isFalse((yield* claimed).some(({ id }) => id === entitlement.id))
          const ended = yield* run(store.claimEnded(after(60), 1000))
          assert.isTrue(ended.some(({ id }) => id === entitlement.id))
          const ends = ended.map(({ expiresAt }) => expiresAt && DateTime.toEpochMillis(expiresAt))
          assert.deepStrictEqual(
            ends,
            [...ends].sort((a, b) => (a ?? 0) - (b ?? 0))
          )
        })
      )
    )

    it.effect(
      "a paying member is who holds premium or more in force, until the latest end (RBAC-8)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const paid = yield* PaidMembership
          const roles = yield* Roles
          const { id: learner } = yield* someone()
          const paidUntil = (milliseconds: number) => paid.until(learner, after(milliseconds))
          assert.deepStrictEqual(yield* paidUntil(0), Option.none())
          yield* asService(entitlements.grant({ ...premium(learner, 10_000), entitlementRef: "basic" }))
          assert.deepStrictEqual(yield* paidUntil(0), Option.none())
          yield* asService(entitlements.grant(premium(learner, 1000)))
          yield* asService(entitlements.grant({ ...premium(learner, 2000), entitlementRef: "enterprise" }))
          assert.deepStrictEqual(yield* paidUntil(0), Option.some(after(2000)))
          assert.deepStrictEqual(yield* paidUntil(1999), Option.some(after(2000)))
          assert.deepStrictEqual(yield* paidUntil(2000), Option.none())
          const isMember = as(learner)(roles.hasRole({ role: roleNamed("premium_member") }))
          yield* clockAt(start, 1999)
          assert.deepInclude(yield* isMember, { held: true })
          yield* clockAt(start, 2000)
          assert.deepInclude(yield* isMember, { held: false })
          yield* asService(entitlements.grant({ ...premium(learner), startsAt: start }))
          assert.deepStrictEqual(yield* paidUntil(0), Option.some("forever" as const))
          // What is derived is written nowhere.
          const stored = yield* asService(roles.listHolders({ role: roleNamed("premium_member") }))
          assert.lengthOf(
            stored.items.filter(({ userId }) => userId === learner),
            0
          )
        })
      )
    )

    it.effect(
      "one's own list is open to all who are signed in, that of others takes billing.view (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const admin = yield* holderOf("admin")
          const { id: learner } = yield* someone()
          const { id: other } = yield* someone()
          const { entitlement } = yield* asService(entitlements.grant(premium(learner)))
          assert.lengthOf((yield* as(learner)(entitlements.list({ userId: learner }))).items, 1)
          assert.lengthOf((yield* as(admin)(entitlements.list({ userId: learner }))).items, 1)
          assert.strictEqual(
            yield* codeOf(as(other)(entitlements.list({ userId: learner }))),
            "kernel.forbidden"
          )
          assert.strictEqual(yield* codeOf(asVisitor(entitlements.list({}))), "kernel.sign_in_required")
          assert.strictEqual(yield* codeOf(asService(entitlements.list({}))), "kernel.invalid")
          const source = { source: entitlement.source, sourceReference: entitlement.sourceReference ?? "" }
          assert.deepStrictEqual(yield* as(admin)(entitlements.find(source)), { entitlement })
          assert.deepStrictEqual(yield* as(admin)(entitlements.find({ ...source, source: "other" })), {})
          assert.strictEqual(yield* codeOf(as(learner)(entitlements.find(source))), "kernel.forbidden")
        })
      )
    )

    it.effect(
      "a grant of what is not there says so, is listed, and opens nothing until it is there (ACC-20)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const gold = { ...premium(learner), entitlementRef: unique("gold") }
          const { entitlement, problem } = yield* asService(entitlements.grant(gold))
          assert.strictEqual(problem, "unknown_tier")
          const course = {
            ...premium(learner),
            entitlementType: "course_specific" as const,
            entitlementRef: someUser() as string
          }
          assert.strictEqual((yield* asService(entitlements.grant(course))).problem, "unknown_course")
          const { items } = yield* asService(entitlements.listDead({ limit: 100 }))
          assert.isTrue(items.some(({ entitlementId }) => entitlementId === entitlement.id))
          assert.strictEqual(yield* codeOf(as(learner)(entitlements.listDead({}))), "kernel.forbidden")
        })
      )
    )

    it.effect(
      "nothing but entitlements changes what somebody may read: a source is a name and no rule asks it (ACC-22)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { author } = yield* staff
          const { course } = yield* liveCourse(author)
          yield* asService(
            Rules.use((rules) => rules.set({ courseId: course.id, requiredTier: TierKey.make("premium") }))
          )
          const decisions = yield* Effect.forEach(["stripe", "manual", "organization"], (source) =>
            Effect.gen(function* () {
              const { id } = yield* someone()
              yield* asService(entitlements.grant({ ...premium(id, 1000), source }))
              return yield* as(id)(Access.use((access) => access.canReadCourse({ courseId: course.id })))
            })
          )
          assert.deepStrictEqual(
            decisions,
            Array.from({ length: 3 }, () => ({ allowed: true, method: "tier", until: after(1000) }))
          )
          assert.isTrue(
            Option.isNone(
              yield* Effect.flatMap(EntitlementStore, (store) => store.findBySource("stripe", "none"))
            )
          )
        })
      )
    )
  })
