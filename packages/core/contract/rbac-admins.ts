/** Laws of the last admin and of the first. Source: RBAC-3, IDN-8. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { Users } from "../src/identity/index.ts"
import { Roles } from "../src/rbac/index.ts"
import { Assignments } from "../src/rbac/ports.ts"
import { CurrentActor, service } from "../src/shared/actor.ts"
import type { UserId } from "../src/shared/id.ts"
import { currentInstant } from "../src/shared/instant.ts"
import { Transaction } from "../src/shared/transaction.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, holderOf, peopleOn, racing, roleNamed, someone } from "./people.ts"

const admin = roleNamed("admin")

/** Everybody who is an admin for good now. */
const adminsForGood = Effect.gen(function* () {
  const roles = yield* Roles
  const users = yield* Users
  const { items } = yield* asService(roles.listHolders({ role: admin, limit: 100 }))
  const forGood = items.filter(({ expiresAt }) => expiresAt === undefined)
  return yield* Effect.filter(forGood, ({ userId }) =>
    Effect.map(asService(users.getProfile({ user: userId })), ({ status }) => status === "active")
  ).pipe(Effect.map((all) => all.map(({ userId }) => userId)))
})

/** These many new admins, and nobody else. */
const onlyAdmins = Effect.fnUntraced(function* (count: number) {
  const roles = yield* Roles
  const before = yield* adminsForGood
  const admins = yield* Effect.forEach(Array.from({ length: count }), () => holderOf("admin"))
  yield* Effect.forEach(
    before,
    (userId) => asService(roles.revoke({ userId, role: admin, reason: "makes room" })),
    { discard: true }
  )
  return admins
})

const names = ["revoke", "limit", "suspend", "delete"] as const
type Loss = (userId: UserId) => Effect.Effect<unknown, { readonly _tag: string }>

/** Every way to lose an admin. */
const losses = Effect.gen(function* () {
  const roles = yield* Roles
  const users = yield* Users
  const ways: Readonly<Record<(typeof names)[number], Loss>> = {
    revoke: (userId: UserId) => asService(roles.revoke({ userId, role: admin, reason: "goes" })),
    limit: (userId: UserId) =>
      Effect.flatMap(currentInstant, (now) =>
        asService(roles.grant({ userId, role: admin, expiresAt: DateTime.add(now, { days: 3650 }) }))
      ),
    suspend: (userId: UserId) => asService(users.suspend({ userId, reason: "goes" })),
    delete: (userId: UserId) => as(userId)(users.deleteMyProfile({}))
  }
  return ways
})

export const adminsContract = (adapter: string, layer: Adapter) => {
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`The last admin on ${adapter}`, (it) => {
    it.effect("cannot be revoked, limited, suspended or deleted; one of two can (RBAC-3)", () =>
      Effect.gen(function* () {
        const lose = yield* losses
        for (const name of names) {
          const [ann, ben] = (yield* onlyAdmins(2)) as [UserId, UserId]
          assert.strictEqual(yield* codeOf(lose[name](ann)), "done", name)
          assert.deepStrictEqual(yield* adminsForGood, [ben], name)
          for (const again of names) {
            const refused = codeOf(lose[again](ben))
            assert.strictEqual(yield* refused, "identity.last_admin", again)
          }
          assert.deepStrictEqual(yield* adminsForGood, [ben])
        }
      })
    )

    it.effect("an admin with an end, or one who is suspended, is nobody to rely on (RBAC-3)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const lose = yield* losses
        const [ann, ben, cas] = (yield* onlyAdmins(3)) as [UserId, UserId, UserId]
        yield* lose.limit(ben)
        yield* lose.suspend(cas)
        assert.strictEqual(yield* codeOf(lose.revoke(ann)), "identity.last_admin")
        // Ending an admin who does not count is no loss; setting one for good again is a gain.
        yield* lose.revoke(cas)
        yield* asService(roles.grant({ userId: ben, role: admin }))
        assert.strictEqual(yield* codeOf(lose.revoke(ann)), "done")
        assert.deepStrictEqual(yield* adminsForGood, [ben])
      })
    )

    it.effect(
      "two admins who revoke each other at once leave one, and the loser is told cleanly (RBAC-3)",
      () =>
        Effect.gen(function* () {
          const roles = yield* Roles
          for (let round = 0; round < 8; round += 1) {
            const [ann, ben] = (yield* onlyAdmins(2)) as [UserId, UserId]
            const revoke = (by: UserId, userId: UserId) =>
              codeOf(as(by)(roles.revoke({ userId, role: admin, reason: "coup" })))
            const codes = yield* Effect.all([revoke(ann, ben), revoke(ben, ann)], racing)
            // The loser was no admin any more by then, or the last one.
            assert.include(
              [
                ["done", "identity.last_admin"],
                ["done", "kernel.forbidden"]
              ].map(String),
              String([...codes].sort())
            )
            assert.lengthOf(yield* adminsForGood, 1)
          }
        })
    )

    it.effect("of any two ways to lose the last two at once, one is refused (RBAC-3)", () =>
      Effect.gen(function* () {
        const lose = yield* losses
        for (const one of names) {
          for (const other of names) {
            const [ann, ben] = (yield* onlyAdmins(2)) as [UserId, UserId]
            const codes = yield* Effect.all([codeOf(lose[one](ann)), codeOf(lose[other](ben))], racing)
            assert.deepStrictEqual([...codes].sort(), ["done", "identity.last_admin"], `${one} and ${other}`)
            assert.lengthOf(yield* adminsForGood, 1)
          }
        }
      })
    )

    it.effect("64 who are all lost at once leave one (RBAC-3)", () =>
      Effect.gen(function* () {
        const lose = yield* losses
        const admins = yield* onlyAdmins(64)
        const codes = yield* Effect.forEach(
          admins,
          (userId, n) => codeOf(lose[names[n % names.length]!](userId)),
          racing
        )
        assert.deepStrictEqual(codes.filter((code) => code === "identity.last_admin").length, 1)
        assert.deepStrictEqual([...new Set(codes)].sort(), ["done", "identity.last_admin"])
        assert.lengthOf(yield* adminsForGood, 1)
      })
    )

    it.effect("whoever holds the admins makes the next one wait and then see the change (RBAC-3)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const assignments = yield* Assignments
        const [ann] = (yield* onlyAdmins(2)) as [UserId, UserId]
        const hold = run(
          Effect.gen(function* () {
            const admins = yield* assignments.holdAdmins
            if (admins.length < 2) return admins.length
            const mine = Option.getOrThrow(yield* assignments.hold(ann)).find(({ isActive }) => isActive)!
            yield* assignments.put({ ...mine, isActive: false })
            return admins.length
          })
        )
        const seen = yield* Effect.all(
          Array.from({ length: 8 }, () => hold),
          racing
        )
        assert.deepStrictEqual([...seen].sort(), [1, 1, 1, 1, 1, 1, 1, 2])
      })
    )
  })

  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`The first admin on ${adapter}`, (it) => {
    it.effect("is somebody active, or nobody: the next one is still the first (IDN-8, RBAC-3)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const users = yield* Users
        const [suspended, deleted] = [(yield* someone()).id, (yield* someone()).id]
        yield* asService(users.suspend({ userId: suspended, reason: "spam" }))
        yield* as(deleted)(users.deleteMyProfile({}))
        for (const userId of [suspended, deleted]) {
          const refused = codeOf(asService(roles.firstAdmin({ userId })))
          assert.strictEqual(yield* refused, "identity.status_not_allowed")
          assert.deepStrictEqual((yield* asService(roles.grantsLog({ userId }))).items, [])
        }
        assert.deepStrictEqual(yield* adminsForGood, [])
      })
    )

    it.effect("is made once, by a service, also when 16 race (IDN-8)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const candidates = yield* Effect.forEach(Array.from({ length: 16 }), () =>
          Effect.map(someone(), ({ id }) => id)
        )
        const cli = Effect.provideService(CurrentActor, service("cli"))
        assert.strictEqual(
          yield* codeOf(as(candidates[0]!)(roles.firstAdmin({ userId: candidates[0]! }))),
          "kernel.forbidden"
        )
        const codes = yield* Effect.forEach(
          candidates,
          (userId) => codeOf(cli(roles.firstAdmin({ userId }))),
          racing
        )
        assert.lengthOf(
          codes.filter((code) => code === "done"),
          1
        )
        assert.deepStrictEqual([...new Set(codes)].sort(), ["done", "rbac.first_admin_exists"])
        const [first] = yield* adminsForGood
        assert.strictEqual(codes[candidates.indexOf(first!)], "done")
        assert.strictEqual(
          yield* codeOf(cli(roles.firstAdmin({ userId: first! }))),
          "rbac.first_admin_exists"
        )
        assert.isTrue(
          (yield* as(first!)(roles.hasPermission({ permission: "manage_users" }))).held === "everywhere"
        )
      })
    )
  })
}
