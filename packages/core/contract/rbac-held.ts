/** Laws of what is held and how it is asked. Source: RBAC-1, RBAC-7, RBAC-8, KER-11. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Ref } from "effect"
import { authorityLayer, Roles } from "../src/rbac/index.ts"
import { Assignments, PaidMembership } from "../src/rbac/ports.ts"
import { Authority, type Permission, user } from "../src/shared/actor.ts"
import type { Adapter } from "./ground.ts"
import {
  as,
  asService,
  asVisitor,
  codeOf,
  each,
  holderOf,
  Paying,
  peopleOn,
  roleNamed,
  someone
} from "./people.ts"
import { at, clockAt, someUser } from "./samples.ts"

/** A store whose reads of standings are counted. */
const counted = (adapter: Adapter): { readonly layer: Adapter; readonly reads: Ref.Ref<number> } => {
  const reads = Ref.makeUnsafe(0)
  const counting = Layer.effect(
    Assignments,
    Effect.map(Assignments, (assignments) =>
      Assignments.of({
        ...assignments,
        standing: (id) =>
          Effect.andThen(
            Ref.update(reads, (n) => n + 1),
            assignments.standing(id)
          )
      })
    )
  )
  return { layer: counting.pipe(Layer.provideMerge(adapter)), reads }
}

export const heldContract = (adapter: string, layer: Adapter) => {
  const { layer: countedLayer, reads } = counted(layer)

  it.layer(peopleOn(countedLayer), { timeout: "60 seconds" })(`What is held on ${adapter}`, (it) => {
    it.effect("has_permission, has_role and get_user_permissions answer from one read (RBAC-7)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const ann = yield* holderOf("instructor")
        const manager = yield* holderOf("admin")
        // Through the door everybody's own standing is read once, and whom the question is about once more.
        for (const ask of each(
          roles.hasPermission({ permission: "content.edit", userId: ann }),
          roles.hasRole({ role: roleNamed("instructor"), userId: ann }),
          roles.userPermissions({ userId: ann })
        )) {
          yield* Ref.set(reads, 0)
          yield* asService(ask)
          assert.strictEqual(yield* Ref.get(reads), 1)
        }
        yield* Ref.set(reads, 0)
        yield* as(manager)(roles.hasRole({ role: roleNamed("instructor"), userId: ann }))
        assert.strictEqual(yield* Ref.get(reads), 2)
      })
    )

    it.effect("tells what is held everywhere, what on own courses, and what by nobody (RBAC-7)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const ann = yield* holderOf("instructor")
        const held = (permission: string) =>
          Effect.map(as(ann)(roles.hasPermission({ permission })), (answer) => answer.held)
        assert.deepStrictEqual(
          yield* Effect.all([
            held("content.create"),
            held("content.edit"),
            held("content.publish"),
            held("moon.land")
          ]),
          ["everywhere", "on_own_courses", "no", "no"]
        )
        const mine = yield* as(ann)(roles.userPermissions({}))
        assert.deepStrictEqual(mine.roles as unknown, [
          { roleName: "instructor", isDerived: false },
          { roleName: "member", isDerived: true }
        ])
        assert.deepStrictEqual(mine.permissions, ["community.participate", "content.create"])
        assert.lengthOf(mine.onOwnCourses, 8)
        const { id: ben } = yield* someone()
        for (const ask of each(
          roles.userPermissions({ userId: ann }),
          roles.hasPermission({ permission: "content.edit", userId: ann }),
          roles.hasRole({ role: roleNamed("instructor"), userId: ann }),
          roles.listHolders({ role: roleNamed("instructor") })
        )) {
          const refusal = yield* Effect.flip(as(ben)(ask))
          assert.deepStrictEqual({ ...refusal }, {
            _tag: "kernel.forbidden",
            permission: "manage_users"
          } as never)
        }
        for (const ask of each(roles.userPermissions({}), roles.hasRole({ role: roleNamed("member") }))) {
          assert.strictEqual(yield* codeOf(asVisitor(ask)), "kernel.sign_in_required")
          assert.strictEqual(yield* codeOf(asService(ask)), "kernel.forbidden")
        }
      })
    )

    it.effect("a role ends at the very millisecond its assignment expires, without any sweep (RBAC-1)", () =>
      Effect.gen(function* () {
        yield* clockAt("2026-03-01T12:00:00Z")
        const roles = yield* Roles
        const { id } = yield* someone()
        yield* asService(
          roles.grant({ userId: id, role: roleNamed("moderator"), expiresAt: at("2026-03-02T12:00:00Z") })
        )
        const isModerator = Effect.map(
          as(id)(roles.hasRole({ role: roleNamed("moderator") })),
          ({ held }) => held
        )
        const holders = Effect.map(
          asService(roles.listHolders({ role: roleNamed("moderator"), limit: 100 })),
          ({ items }) => items.some(({ userId }) => userId === id)
        )
        yield* clockAt("2026-03-02T12:00:00Z", -1)
        assert.deepStrictEqual([yield* isModerator, yield* holders], [true, true])
        yield* clockAt("2026-03-02T12:00:00Z")
        assert.deepStrictEqual([yield* isModerator, yield* holders], [false, false])
      })
    )

    it.effect(
      "who pays holds premium_member until the latest end; a stored assignment is not written over (RBAC-8)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-01T12:00:00Z")
          const roles = yield* Roles
          const paying = yield* Paying
          const premium = roleNamed("premium_member")
          const [ann, ben] = [(yield* someone()).id, (yield* someone()).id]
          yield* asService(roles.grant({ userId: ben, role: premium, expiresAt: at("2026-03-05T00:00:00Z") }))
          yield* Ref.set(paying, new Map([ann, ben].map((id) => [id, at("2026-03-03T00:00:00Z")])))
          const ends = Effect.fnUntraced(function* (id: typeof ann) {
            const held = (yield* as(id)(roles.userPermissions({}))).roles.find(
              ({ roleName }) => roleName === premium
            )
            return held && [held.isDerived, held.expiresAt && DateTime.formatIso(held.expiresAt)]
          })
          assert.deepStrictEqual(yield* ends(ann), [true, "2026-03-03T00:00:00.000Z"])
          assert.deepStrictEqual(yield* ends(ben), [false, "2026-03-05T00:00:00.000Z"])
          yield* clockAt("2026-03-03T00:00:00Z", -1)
          assert.isTrue((yield* as(ann)(roles.hasRole({ role: premium }))).held)
          yield* clockAt("2026-03-03T00:00:00Z")
          assert.isFalse((yield* as(ann)(roles.hasRole({ role: premium }))).held)
          // What was given to paying members comes with it at every door.
          const { version } = yield* asVisitor(roles.getRole({ role: premium }))
          const set = (version: number, permission?: Permission) =>
            asService(
              roles.setPermissions({
                role: premium,
                version,
                permissions: permission ? [{ permission }] : []
              })
            )
          yield* set(version, "view_analytics")
          yield* Ref.set(paying, new Map([[ann, "forever" as const]]))
          const standing = yield* Authority.use((authority) =>
            authority.standingOf(user(ann), at("2030-01-01T00:00:00Z"))
          )
          assert.isTrue(standing.permissions.has("view_analytics") && standing.roles.has("premium_member"))
          assert.deepStrictEqual(
            yield* Assignments.use((all) => Effect.map(all.standing(ann), ({ assignments }) => assignments)),
            []
          )
          yield* set(version + 1)
        })
    )

    it.effect("without a paywall nobody is premium by paying (RBAC-8)", () =>
      Effect.gen(function* () {
        const { id } = yield* someone()
        const standing = yield* Authority.use((authority) =>
          authority.standingOf(user(id), at("2026-03-01T12:00:00Z"))
        ).pipe(Effect.provide(authorityLayer.pipe(Layer.provide(PaidMembership.none))))
        assert.deepStrictEqual([...standing.roles], ["member"])
      })
    )

    it.effect("whether somebody pays is not read where it gives no permission (RBAC-7)", () =>
      Effect.gen(function* () {
        const { id } = yield* someone()
        const unread = Layer.succeed(PaidMembership, { until: () => Effect.die("it was read") })
        const standing = yield* Authority.use((authority) =>
          authority.standingOf(user(id), at("2026-03-01T12:00:00Z"))
        ).pipe(Effect.provide(authorityLayer.pipe(Layer.provide(unread))))
        assert.deepStrictEqual([...standing.permissions], ["community.participate"])
      })
    )

    it.effect("nobody learns who holds what of a user who does not exist (KER-11)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const { id: ben } = yield* someone()
        const { id: ann } = yield* someone()
        for (const userId of [ann, someUser()]) {
          assert.strictEqual(yield* codeOf(as(ben)(roles.userPermissions({ userId }))), "kernel.forbidden")
          assert.strictEqual(yield* codeOf(as(ben)(roles.grantsLog({ userId }))), "kernel.forbidden")
        }
      })
    )
  })
}
