/** Laws of viewing as somebody else: who may, for how long, and what is written down. Source: KER-26. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { type Profile, Users, ViewAs } from "../src/identity/index.ts"
import { Viewings } from "../src/identity/ports.ts"
import { Roles } from "../src/rbac/index.ts"
import { type Actor, anonymous, type Permission, service, user } from "../src/shared/actor.ts"
import type { UserId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import type { Adapter } from "./ground.ts"
import {
  as,
  asService,
  asVisitor,
  codeOf,
  holderOf,
  peopleOn,
  racing,
  roleNamed,
  someone,
  toldOf
} from "./people.ts"
import { at, clockAt, someUser, unique } from "./samples.ts"

const reason = "they asked for help"
const opensAt = "2026-03-01T12:00:00.007Z"
const endsAt = "2026-03-01T12:30:00.007Z"

/** Somebody who holds these permissions, beside those of every member. */
const holding = Effect.fnUntraced(function* (
  ...permissions: ReadonlyArray<{ readonly permission: Permission; readonly onOwnCourses?: boolean }>
) {
  const role = roleNamed(unique("staff"))
  yield* asService(
    Roles.use((roles) => roles.create({ role, description: "Helps", permissions, reason: "for a test" }))
  )
  return yield* holderOf(role)
})

const view = (viewer: UserId, userId: UserId) =>
  as(viewer)(Users.use((users) => users.viewAs({ userId, reason })))
const check = (viewer: UserId | Actor, viewedId: UserId) =>
  ViewAs.use((viewAs) => viewAs.check(typeof viewer === "string" ? user(viewer) : viewer, viewedId))

export const viewingsContract = (adapter: string, layer: Adapter) => {
  storeLaws(adapter, layer)
  openingLaws(adapter, layer)
  readingLaws(adapter, layer)
}

const storeLaws = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Viewings on ${adapter}`, (it) => {
    it.effect("the store keeps one viewing a pair, the one that was put last (KER-26)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const viewings = yield* Viewings
        const [{ id: a }, { id: b }] = [yield* someone(), yield* someone()]
        assert.deepStrictEqual(yield* viewings.find(a, b), Option.none())
        for (const until of [
          "2026-03-01T12:30:00.001Z",
          "2026-03-01T12:29:59.999Z",
          "9999-12-31T23:59:59.999Z",
          "1970-01-01T00:00:00Z"
        ]) {
          const viewing = { viewerId: a, viewedId: b, until: at(until) }
          yield* run(viewings.put(viewing))
          assert.deepStrictEqual(yield* viewings.find(a, b), Option.some(viewing))
        }
        assert.deepStrictEqual(yield* viewings.find(b, a), Option.none())
        const failed = run(
          Effect.andThen(viewings.put({ viewerId: b, viewedId: a, until: at(endsAt) }), Effect.fail("no"))
        )
        assert.strictEqual(yield* Effect.flip(failed), "no")
        assert.deepStrictEqual(yield* viewings.find(b, a), Option.none())
      })
    )

    it.effect("of 16 openings at once each one opens and is told (KER-26)", () =>
      Effect.gen(function* () {
        yield* clockAt(opensAt)
        const [admin, { id }] = [yield* holderOf("admin"), yield* someone()]
        const codes = yield* Effect.forEach(Array.from({ length: 16 }), () => codeOf(view(admin, id)), racing)
        assert.deepStrictEqual([...new Set(codes)], ["done"])
        assert.isTrue(yield* check(admin, id))
        const told = (yield* toldOf(id)).filter(({ name }) => name === "identity.viewed_as")
        assert.lengthOf(told, 16)
      })
    )
  })

const openingLaws = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Opening a viewing on ${adapter}`, (it) => {
    it.effect("takes manage_users, and is written down with its reason and its end (KER-26)", () =>
      Effect.gen(function* () {
        yield* clockAt(opensAt)
        const [admin, moderator, { id }] = [
          yield* holderOf("admin"),
          yield* holderOf("moderator"),
          yield* someone()
        ]
        for (const nobody of [moderator, id]) {
          const refusal = yield* Effect.flip(view(nobody, id))
          assert.deepStrictEqual({ ...refusal }, {
            _tag: "kernel.forbidden",
            permission: "manage_users"
          } as never)
        }
        const users = yield* Users
        const opening = users.viewAs({ userId: id, reason })
        assert.strictEqual(yield* codeOf(asVisitor(opening)), "kernel.sign_in_required")
        // A service may do everything, and so has nothing to look for.
        assert.strictEqual(yield* codeOf(asService(opening)), "kernel.forbidden")
        assert.strictEqual(yield* codeOf(view(admin, someUser())), "identity.profile_not_found")
        assert.notInclude(
          (yield* toldOf(id)).map(({ name }) => name),
          "identity.viewed_as"
        )
        assert.deepStrictEqual(yield* as(admin)(opening), { userId: id, until: at(endsAt) })
        const told = { userId: id, viewerId: admin, reason, until: endsAt }
        for (const subject of [id, admin]) {
          assert.deepStrictEqual((yield* toldOf(subject)).at(-1), {
            name: "identity.viewed_as",
            payload: told
          })
        }
      })
    )

    it.effect("nobody views as somebody who may do what they may not (KER-26)", () =>
      Effect.gen(function* () {
        const support = yield* holding({ permission: "manage_users" })
        const editor = yield* holding({ permission: "manage_users" }, { permission: "content.edit" })
        const [admin, { id: member }] = [yield* holderOf("admin"), yield* someone()]
        const teacher = yield* holding({ permission: "content.edit", onOwnCourses: true })
        const lacking = { _tag: "kernel.forbidden", permission: "content.edit" }
        assert.strictEqual(yield* codeOf(view(support, member)), "done")
        assert.strictEqual(yield* codeOf(view(support, support)), "done")
        assert.deepStrictEqual({ ...(yield* Effect.flip(view(support, editor))) }, lacking as never)
        // On own courses, but not on those of the asker: only the whole permission covers it.
        assert.deepStrictEqual({ ...(yield* Effect.flip(view(support, teacher))) }, lacking as never)
        const other = yield* holding(
          { permission: "manage_users" },
          { permission: "content.edit", onOwnCourses: true }
        )
        assert.deepStrictEqual({ ...(yield* Effect.flip(view(other, teacher))) }, lacking as never)
        assert.strictEqual(yield* codeOf(view(editor, teacher)), "done")
        assert.strictEqual(yield* codeOf(view(editor, support)), "done")
        assert.strictEqual(yield* codeOf(view(editor, admin)), "kernel.forbidden")
        for (const anyone of [editor, support, teacher, yield* holderOf("admin")]) {
          assert.strictEqual(yield* codeOf(view(admin, anyone)), "done")
        }
      })
    )

    it.effect("only the active are viewed as: a suspended admin does not look like a visitor (KER-26)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const [admin, other] = [yield* holderOf("admin"), yield* holderOf("admin")]
        const { id: gone } = yield* someone()
        yield* asService(users.suspend({ userId: other, reason: "spam" }))
        yield* as(gone)(users.deleteMyProfile({}))
        for (const [id, status] of [
          [other, "suspended"],
          [gone, "deleted"]
        ] as const) {
          const refusal = yield* Effect.flip(view(admin, id))
          assert.deepStrictEqual({ ...refusal }, { _tag: "identity.status_not_allowed", status } as never)
        }
        assert.strictEqual(yield* codeOf(view(other, admin)), "kernel.suspended")
      })
    )
  })

const readingLaws = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Viewing on ${adapter}`, (it) => {
    it.effect("is open from its opening until just before half an hour has passed (KER-26)", () =>
      Effect.gen(function* () {
        yield* clockAt(opensAt)
        const [admin, { id }] = [yield* holderOf("admin"), yield* someone()]
        assert.isFalse(yield* check(admin, id))
        yield* view(admin, id)
        for (const [millis, expected] of [
          [-1, true],
          [0, false],
          [1, false]
        ] as const) {
          yield* clockAt(endsAt, millis)
          assert.strictEqual(yield* check(admin, id), expected, `${millis} ms`)
        }
        // Asked again, it begins again; a pair is one viewing.
        yield* clockAt(opensAt)
        yield* view(admin, id)
        yield* clockAt(opensAt, 1)
        yield* view(admin, id)
        yield* clockAt(endsAt)
        assert.isTrue(yield* check(admin, id))
        yield* clockAt(endsAt, 1)
        assert.isFalse(yield* check(admin, id))
      })
    )

    it.effect("is for who opened it, on whom they opened it, and nobody else (KER-26)", () =>
      Effect.gen(function* () {
        yield* clockAt(opensAt)
        const [admin, another] = [yield* holderOf("admin"), yield* holderOf("admin")]
        const [{ id }, { id: other }] = [yield* someone(), yield* someone()]
        yield* view(admin, id)
        assert.isTrue(yield* check(admin, id))
        assert.isFalse(yield* check(admin, other))
        assert.isFalse(yield* check(another, id))
        assert.isFalse(yield* check(id, admin))
        for (const actor of [anonymous, service("operator"), service(admin)])
          assert.isFalse(yield* check(actor, id))
      })
    )

    it.effect("ends at once where it would not be allowed any more (KER-26)", () =>
      Effect.gen(function* () {
        yield* clockAt(opensAt)
        const users = yield* Users
        const roles = yield* Roles
        const grant = (userId: UserId, role: string) =>
          asService(roles.grant({ userId, role: roleNamed(role), reason: "for a test" }))
        const revoke = (userId: UserId, role: string) =>
          asService(roles.revoke({ userId, role: roleNamed(role), reason: "for a test" }))
        const support = yield* holding({ permission: "manage_users" })
        const { id }: Profile = yield* someone()
        yield* view(support, id)
        assert.isTrue(yield* check(support, id))
        // The viewed user is given what the viewer lacks, for a while.
        yield* grant(id, "moderator")
        assert.isFalse(yield* check(support, id))
        yield* revoke(id, "moderator")
        assert.isTrue(yield* check(support, id))
        yield* grant(id, "instructor")
        assert.isFalse(yield* check(support, id))
        yield* revoke(id, "instructor")
        yield* asService(users.suspend({ userId: id, reason: "spam" }))
        assert.isFalse(yield* check(support, id))
        yield* asService(users.restore({ userId: id, reason: "sorry" }))
        assert.isTrue(yield* check(support, id))
        yield* asService(users.suspend({ userId: support, reason: "spam" }))
        assert.isFalse(yield* check(support, id))
        yield* asService(users.restore({ userId: support, reason: "sorry" }))
        assert.isTrue(yield* check(support, id))
        // And the viewer loses what it takes, also by a grant that ends while the viewing is open.
        const { id: helper } = yield* someone()
        const expiresAt = DateTime.add(at(opensAt), { minutes: 10 })
        yield* asService(
          roles.grant({ userId: helper, role: roleNamed("admin"), expiresAt, reason: "for a test" })
        )
        yield* view(helper, id)
        yield* clockAt(expiresAt, -1)
        assert.isTrue(yield* check(helper, id))
        yield* clockAt(expiresAt)
        assert.isFalse(yield* check(helper, id))
      })
    )
  })
