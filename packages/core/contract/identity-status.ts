/** Laws of suspending, deleting and taking back. Source: IDN-7, IDN-9, RBAC-3. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { type Profile, Users } from "../src/identity/index.ts"
import { Profiles } from "../src/identity/ports.ts"
import { Roles } from "../src/rbac/index.ts"
import { Authority, user } from "../src/shared/actor.ts"
import { currentInstant } from "../src/shared/instant.ts"
import type { Adapter } from "./ground.ts"
import {
  as,
  asService,
  asVisitor,
  codeOf,
  each,
  holderOf,
  peopleOn,
  racing,
  roleNamed,
  someone,
  toldOf
} from "./people.ts"
import { at, clockAt, someUser, unique } from "./samples.ts"

export const statusContract = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Suspending and deleting on ${adapter}`, (it) => {
    it.effect("suspending takes manage_users and is written down with its reason (IDN-9)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const [manager, moderator, { id }] = [
          yield* holderOf("admin"),
          yield* holderOf("moderator"),
          yield* someone()
        ]
        const suspend = users.suspend({ userId: id, reason: "spam" })
        for (const nobody of [moderator, id]) {
          const refusal = yield* Effect.flip(as(nobody)(suspend))
          assert.deepStrictEqual({ ...refusal }, {
            _tag: "kernel.forbidden",
            permission: "manage_users"
          } as never)
        }
        assert.strictEqual(yield* codeOf(asVisitor(suspend)), "kernel.sign_in_required")
        const suspended = yield* as(manager)(suspend)
        assert.deepStrictEqual([suspended.status, suspended.version], ["suspended", 2])
        assert.strictEqual(yield* codeOf(as(manager)(suspend)), "identity.status_not_allowed")
        const restore = users.restore({ userId: id, reason: "sorry" })
        assert.strictEqual(yield* codeOf(as(moderator)(restore)), "kernel.forbidden")
        assert.strictEqual((yield* as(manager)(restore)).status, "active")
        assert.strictEqual(yield* codeOf(as(manager)(restore)), "identity.status_not_allowed")
        assert.deepStrictEqual((yield* toldOf(id)).slice(-2), [
          { name: "identity.profile_suspended", payload: { userId: id, reason: "spam" } },
          { name: "identity.suspension_lifted", payload: { userId: id, reason: "sorry" } }
        ])
        const unknown = as(manager)(users.suspend({ userId: someUser(), reason: "spam" }))
        assert.strictEqual(yield* codeOf(unknown), "identity.profile_not_found")
      })
    )

    it.effect(
      "a suspended user is denied every command and every permission, and still reads their own data (IDN-9)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const roles = yield* Roles
          const id = yield* holderOf("moderator")
          const [seen, hidden] = [yield* someone({ isPublic: true }), yield* someone()]
          yield* asService(users.suspend({ userId: id, reason: "spam" }))
          const me = as(id)
          for (const command of each(
            users.updateSettings({}),
            users.updateProfile({ version: 2 }),
            users.setLinks({ version: 2, links: [] }),
            users.recordConsent({ consentType: "terms", granted: true, documentVersion: "1", source: "x" }),
            users.deleteMyProfile({}),
            users.restoreMyProfile({}),
            roles.grant({ userId: seen.id, role: roleNamed("member") })
          )) {
            assert.strictEqual(yield* codeOf(me(command)), "kernel.suspended")
          }
          assert.strictEqual((yield* me(users.myProfile({}))).status, "suspended")
          yield* me(users.mySettings({}))
          yield* me(users.myConsents({}))
          yield* me(users.exportMyData({}))
          assert.deepStrictEqual((yield* me(roles.userPermissions({}))).permissions, [])
          assert.deepStrictEqual(
            (yield* me(roles.userPermissions({}))).roles.map(({ roleName }) => roleName as string),
            ["visitor"]
          )
          // What anonymous may do: see what is public, and no more.
          assert.strictEqual(yield* codeOf(me(users.getProfile({ user: seen.id }))), "done")
          assert.strictEqual(
            yield* codeOf(me(users.getProfile({ user: hidden.id }))),
            "identity.profile_not_found"
          )
          const standing = yield* Authority.use((authority) =>
            Effect.flatMap(currentInstant, (now) => authority.standingOf(user(id), now))
          )
          assert.deepStrictEqual(
            [standing.status, [...standing.roles], [...standing.permissions]],
            ["suspended", ["visitor"], []]
          )
          // The role was never taken away: it works again with the restoring.
          yield* asService(users.restore({ userId: id, reason: "sorry" }))
          assert.isTrue((yield* me(roles.hasRole({ role: roleNamed("moderator") }))).held)
        })
    )

    it.effect(
      "deleted, a profile can only be restored or exported by its owner; nobody else sees it (IDN-7)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-01T12:00:00.123Z")
          const users = yield* Users
          const roles = yield* Roles
          const email = `${unique("gone")}@example.org` as NonNullable<Profile["email"]>
          const { id, username } = yield* someone({ isPublic: true, email })
          const manager = yield* holderOf("admin")
          const { id: reader } = yield* someone()
          const me = as(id)
          const { restorableUntil } = yield* me(users.deleteMyProfile({}))
          assert.deepStrictEqual(restorableUntil, at("2026-03-31T12:00:00.123Z"))
          for (const question of each(
            users.myProfile({}),
            users.mySettings({}),
            users.myConsents({}),
            users.consentHistory({}),
            users.getProfile({ user: id })
          )) {
            const refusal = yield* Effect.flip(me(question))
            assert.deepStrictEqual({ ...refusal }, {
              _tag: "identity.profile_deleted",
              restorableUntil
            } as never)
          }
          for (const command of each(
            users.updateSettings({}),
            users.updateProfile({ version: 2 }),
            users.deleteMyProfile({})
          )) {
            assert.strictEqual(yield* codeOf(me(command)), "kernel.suspended")
          }
          assert.strictEqual((yield* me(users.exportMyData({}))).profile.status, "deleted")
          // Elsewhere they are nobody: what everyone sees, and what takes an account says that theirs is deleted.
          for (const question of each(
            roles.grantsLog({ userId: id }),
            roles.userPermissions({}),
            roles.hasRole({ role: roleNamed("member") }),
            roles.userPermissions({ userId: reader })
          )) {
            const refusal = yield* Effect.flip(me(question))
            assert.deepStrictEqual({ ...refusal }, { _tag: "kernel.suspended", status: "deleted" } as never)
          }
          assert.strictEqual(yield* codeOf(me(roles.listRoles({}))), "done")
          for (const asked of [id, username]) {
            assert.strictEqual(
              yield* codeOf(as(reader)(users.getProfile({ user: asked }))),
              "identity.profile_not_found"
            )
          }
          assert.deepStrictEqual(yield* as(reader)(users.nameCards({ ids: [id] })), [
            { kind: "deleted_user", id, displayName: "deleted user" }
          ])
          assert.deepStrictEqual(
            (yield* as(manager)(users.getProfile({ user: id }))).deletedAt,
            at("2026-03-01T12:00:00.123Z")
          )
          // Username and address stay reserved.
          const takes = (fields: object) =>
            codeOf(asService(users.createProfile({ id: someUser(), ...fields })))
          assert.strictEqual(yield* takes({ username }), "identity.username_taken")
          assert.strictEqual(yield* takes({ username: unique("free"), email }), "identity.email_taken")
          // Nobody restores it in the owner's place.
          assert.strictEqual(
            yield* codeOf(as(manager)(users.restore({ userId: id, reason: "sorry" }))),
            "identity.status_not_allowed"
          )
          assert.strictEqual(
            yield* codeOf(as(manager)(users.suspend({ userId: id, reason: "spam" }))),
            "identity.status_not_allowed"
          )
        })
    )

    it.effect(
      "can be restored until just before 30 days have passed, and not at that very instant (IDN-7)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const ends = "2026-03-31T12:00:00.123Z"
          for (const [millis, expected] of [
            [-1, "done"],
            [0, "identity.restore_period_passed"],
            [1, "identity.restore_period_passed"]
          ] as const) {
            yield* clockAt("2026-03-01T12:00:00.123Z")
            const { id } = yield* someone()
            assert.strictEqual(
              yield* codeOf(as(id)(users.restoreMyProfile({}))),
              "identity.status_not_allowed"
            )
            yield* as(id)(users.deleteMyProfile({}))
            yield* clockAt(ends, millis)
            assert.strictEqual(yield* codeOf(as(id)(users.restoreMyProfile({}))), expected, `${millis} ms`)
            const profile = Option.getOrThrow(yield* Profiles.use((profiles) => profiles.find(id)))
            assert.strictEqual(profile.status, expected === "done" ? "active" : "deleted")
            assert.strictEqual(profile.deletedAt === undefined, expected === "done")
          }
        })
    )

    it.effect("of 16 deletions at once one deletes, the others find it deleted (IDN-7)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const { id } = yield* someone()
        const codes = yield* Effect.forEach(
          Array.from({ length: 16 }),
          () => codeOf(as(id)(users.deleteMyProfile({}))),
          racing
        )
        assert.lengthOf(
          codes.filter((code) => code === "done"),
          1
        )
        assert.isTrue(
          codes.every((code) => ["done", "kernel.suspended", "identity.status_not_allowed"].includes(code)),
          codes.join()
        )
        assert.lengthOf(
          (yield* toldOf(id)).filter(({ name }) => name === "identity.profile_deleted"),
          1
        )
      })
    )

    it.effect("the standing of a user whom nobody has seen is that of a member (RBAC-1)", () =>
      Effect.gen(function* () {
        const authority = yield* Authority
        const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
        const { permissions, roles, status } = yield* authority.standingOf(user(someUser()), now)
        assert.deepStrictEqual(
          [status, [...roles], [...permissions]],
          ["active", ["member"], ["community.participate"]]
        )
      })
    )
  })
