/** Laws of granting, renewing and ending entitlements, also when many do it at once. Source: ACC-12, ACC-13, RBAC-8. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Access, EntitlementId, Entitlements, Rules, TierKey } from "../src/access/index.ts"
import { after, from, names, premium, start } from "./access-given.ts"
import { paywallOn } from "./access-ground.ts"
import { liveCourse, staff } from "./content-ground.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, holderOf, someone } from "./people.ts"
import { clockAt, someUser } from "./samples.ts"

export const entitlementsContract = (adapter: string, layer: Adapter) =>
  it.layer(paywallOn(layer), { timeout: "60 seconds" })(`Entitlements on ${adapter}`, (it) => {
    it.effect(
      "granting, renewing, cancelling, revoking and sweeping take billing.manage, and a service may (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const admin = yield* holderOf("admin")
          const moderator = yield* holderOf("moderator")
          const { id: learner } = yield* someone()
          const { entitlement } = yield* as(admin)(entitlements.grant(premium(learner, 1000)))
          assert.deepInclude(entitlement, { status: "active", startsAt: start, grantedBy: admin })
          const entitlementId = entitlement.id
          for (const who of [as(moderator), as(learner), asVisitor]) {
            for (const attempt of each(
              entitlements.grant(premium(learner)),
              entitlements.renew({ entitlementId, periodEnd: after(5000) }),
              entitlements.cancel({ entitlementId }),
              entitlements.revoke({ entitlementId, reason: "no" }),
              entitlements.sweep({})
            )) {
              assert.include(["kernel.forbidden", "kernel.sign_in_required"], yield* codeOf(who(attempt)))
            }
          }
          const missing = EntitlementId.make(someUser())
          assert.strictEqual(
            yield* codeOf(as(admin)(entitlements.revoke({ entitlementId: missing, reason: "why" }))),
            "access.entitlement_not_found"
          )
          assert.strictEqual(
            yield* codeOf(as(admin)(entitlements.grant(premium(someUser())))),
            "identity.profile_not_found"
          )
        })
      )
    )

    it.effect(
      "a service that grants to somebody new makes them known, with their entitlement (ACC-12, IDN-8)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const stranger = someUser()
          const { entitlement, isNew } = yield* asService(entitlements.grant(premium(stranger)))
          assert.isTrue(isNew)
          assert.isFalse("grantedBy" in entitlement)
          assert.deepStrictEqual((yield* as(stranger)(entitlements.list({}))).items, [entitlement])
        })
      )
    )

    it.effect(
      "the same grant is the same entitlement, whatever became of it, and another one is a conflict (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const wanted = premium(learner, 1000)
          const { entitlement } = yield* asService(entitlements.grant(wanted))
          yield* asService(entitlements.renew({ entitlementId: entitlement.id, periodEnd: after(2000) }))
          yield* clockAt(start, 700)
          const again = yield* asService(entitlements.grant(wanted))
          assert.isFalse(again.isNew)
          assert.deepStrictEqual(again.entitlement.expiresAt, after(2000))
          for (const other of [
            { expiresAt: after(1001) },
            { entitlementRef: "basic" },
            { startsAt: after(1) },
            { reason: "gift" }
          ]) {
            const refusal = yield* Effect.flip(asService(entitlements.grant({ ...wanted, ...other })))
            assert.strictEqual(refusal._tag, "access.grant_differs")
            assert.deepInclude(refusal, { entitlementId: entitlement.id })
          }
          assert.deepStrictEqual(yield* names(learner), [
            "access.entitlement_granted",
            "access.entitlement_renewed"
          ])
        })
      )
    )

    it.effect(
      "64 grants at once of one purchase make one entitlement and one event (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const wanted = premium(learner, 1000)
          const answers = yield* Effect.all(
            Array.from({ length: 64 }, () => asService(entitlements.grant(wanted))),
            { concurrency: 16 }
          )
          assert.lengthOf(
            answers.filter(({ isNew }) => isNew),
            1
          )
          assert.lengthOf(new Set(answers.map(({ entitlement }) => entitlement.id)), 1)
          assert.lengthOf((yield* asService(entitlements.list({ userId: learner }))).items, 1)
          assert.deepStrictEqual(yield* names(learner), ["access.entitlement_granted"])
        })
      )
    )

    it.effect(
      "renewals at once end with the latest end; a stale one never shortens (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const { entitlement } = yield* asService(entitlements.grant(premium(learner, 1000)))
          const entitlementId = entitlement.id
          yield* Effect.all(
            Array.from({ length: 32 }, (_, index) =>
              asService(
                entitlements.renew({ entitlementId, periodEnd: after(1000 + ((index * 7) % 32) * 100) })
              )
            ),
            { concurrency: 16 }
          )
          const late = yield* asService(entitlements.renew({ entitlementId, periodEnd: after(1500) }))
          assert.deepInclude(late, { outcome: "not_later" })
          assert.deepStrictEqual(late.entitlement.expiresAt, after(1000 + 31 * 100))
        })
      )
    )

    it.effect(
      "revoking wins over renewing, whichever comes first, and what is won back is a new grant (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const { id: other } = yield* someone()
          const { entitlement } = yield* asService(entitlements.grant(premium(learner, 1000)))
          const entitlementId = entitlement.id
          yield* Effect.all(
            [
              asService(entitlements.revoke({ entitlementId, reason: "charged back" })),
              ...Array.from({ length: 8 }, (_, index) =>
                asService(entitlements.renew({ entitlementId, periodEnd: after(5000 + index) }))
              )
            ],
            { concurrency: "unbounded" }
          )
          const renewed = yield* asService(entitlements.renew({ entitlementId, periodEnd: after(90_000) }))
          assert.deepInclude(renewed, { outcome: "revoked" })
          assert.deepInclude(renewed.entitlement, { status: "revoked", revocationReason: "charged back" })
          yield* asService(entitlements.revoke({ entitlementId, reason: "another reason" }))
          const told = yield* names(learner)
          assert.lengthOf(
            told.filter((name) => name === "access.entitlement_revoked"),
            1
          )
          const back = yield* asService(entitlements.grant({ ...premium(learner), replaces: entitlementId }))
          assert.deepInclude(back.entitlement, { status: "active", replaces: entitlementId })
          for (const wrong of [
            { ...premium(other), replaces: entitlementId },
            { ...premium(learner), replaces: back.entitlement.id }
          ]) {
            assert.strictEqual(yield* codeOf(asService(entitlements.grant(wrong))), "kernel.invalid")
          }
        })
      )
    )

    it.effect(
      "cancelling at the end of the period leaves access until then (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { author } = yield* staff
          const { course } = yield* liveCourse(author)
          yield* asService(
            Rules.use((rules) => rules.set({ courseId: course.id, requiredTier: TierKey.make("premium") }))
          )
          const { id: learner } = yield* someone()
          const mayRead = as(learner)(Access.use((access) => access.canReadCourse({ courseId: course.id })))
          const { entitlement } = yield* asService(entitlements.grant(premium(learner, 1000)))
          const cancelled = yield* asService(entitlements.cancel({ entitlementId: entitlement.id }))
          assert.deepInclude(cancelled, { status: "active", expiresAt: after(1000), cancelledAt: start })
          yield* clockAt(start, 999)
          assert.deepStrictEqual(yield* mayRead, { allowed: true, method: "tier", until: after(1000) })
          yield* clockAt(start, 1000)
          assert.isFalse((yield* mayRead).allowed)
        })
      )
    )

    it.effect(
      "each of overlapping grants stands for itself: revoking one leaves the others (ACC-12)",
      from(
        Effect.gen(function* () {
          const entitlements = yield* Entitlements
          const { id: learner } = yield* someone()
          const { entitlement: one } = yield* asService(entitlements.grant(premium(learner)))
          const { entitlement: two } = yield* asService(entitlements.grant(premium(learner)))
          assert.notStrictEqual(one.id, two.id)
          yield* asService(entitlements.revoke({ entitlementId: one.id, reason: "refunded" }))
          const { items } = yield* as(learner)(entitlements.list({}))
          assert.deepStrictEqual(
            items.map(({ id, status }) => [id, status]),
            [
              [two.id, "active"],
              [one.id, "revoked"]
            ]
          )
        })
      )
    )
  })
