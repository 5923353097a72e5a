/** Laws of granting, revoking, expiring, and the log. Source: RBAC-2, RBAC-4, RBAC-5. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { Users } from "../src/identity/index.ts"
import { type LoggedGrant, Roles } from "../src/rbac/index.ts"
import { Assignments, type GrantFilter, GrantsLog } from "../src/rbac/ports.ts"
import { CurrentActor, service } from "../src/shared/actor.ts"
import type { UserId } from "../src/shared/id.ts"
import type { Position } from "../src/shared/page.ts"
import { Transaction } from "../src/shared/transaction.ts"
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
import { replay } from "./replay.ts"
import { at, clockAt, samples, someUser, unique } from "./samples.ts"

const moderator = roleNamed("moderator")
const instructor = roleNamed("instructor")

/** The whole log of a user or a role, oldest first, page by page. */
const logOf = Effect.fnUntraced(function* (filter: GrantFilter) {
  const log = yield* GrantsLog
  const all: Array<LoggedGrant> = []
  for (let after = Option.none<Position>(); ;) {
    const page = yield* log.list(filter, after, 3)
    all.push(...page)
    if (page.length === 0) return all.reverse()
    after = Option.some([page.at(-1)!.position])
  }
})

const assignmentsOf = Effect.fnUntraced(function* (userId: UserId) {
  const { run } = yield* Transaction
  return Option.getOrThrow(yield* Assignments.use((assignments) => run(assignments.hold(userId))))
})

/** Asserts that the log of a user tells of the assignments that are stored. */
const agrees = Effect.fnUntraced(function* (userId: UserId) {
  const stored = yield* assignmentsOf(userId)
  const entries = yield* logOf({ userId })
  assert.deepStrictEqual(
    Object.fromEntries(replay(entries)),
    Object.fromEntries(
      stored.map(({ expiresAt, isActive, roleId }) => [
        `${userId} ${roleId}`,
        { isActive, ...(expiresAt && { expiresAt }) }
      ])
    )
  )
  return entries
})

const sweep = Effect.flatMap(Roles, (roles) =>
  Effect.map(
    Effect.provideService(roles.sweepExpired({}), CurrentActor, service("jobs")),
    ({ expired }) => expired
  )
)

export const grantsContract = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Grants on ${adapter}`, (it) => {
    it.effect("who may not grant or revoke is refused, and nothing is written (RBAC-2)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const [admin, mod, { id }] = [
          yield* holderOf("admin"),
          yield* holderOf("moderator"),
          yield* someone()
        ]
        const warden = roleNamed(unique("warden"))
        yield* asService(
          roles.create({
            role: warden,
            description: "Keeps people in order",
            permissions: [{ permission: "manage_users" }]
          })
        )
        const keeper = yield* holderOf(warden)
        const grant = (userId: UserId, role = moderator, reason?: string) =>
          roles.grant({ userId, role, ...(reason !== undefined && { reason }) })
        const refusals = each(
          as(mod)(grant(id)),
          as(id)(grant(id)),
          as(admin)(grant(admin)),
          as(admin)(roles.revoke({ userId: admin, role: roleNamed("admin"), reason: "off" })),
          as(keeper)(grant(id, warden, "ten characters"))
        )
        const own = { needs: "somebody else, since nobody changes their own roles" }
        const expected = [
          { permission: "manage_users" },
          { permission: "manage_users" },
          own,
          own,
          { needs: "an admin" }
        ]
        for (const [index, refused] of refusals.entries()) {
          const refusal = yield* Effect.flip(refused as Effect.Effect<unknown, { readonly _tag: string }>)
          assert.deepStrictEqual<unknown>({ ...refusal }, { _tag: "kernel.forbidden", ...expected[index] })
        }
        assert.strictEqual(yield* codeOf(as(keeper)(grant(id, moderator))), "kernel.forbidden")
        assert.strictEqual(
          yield* codeOf(as(keeper)(roles.revoke({ userId: mod, role: moderator, reason: "out" }))),
          "kernel.forbidden"
        )
        assert.strictEqual(yield* codeOf(as(admin)(grant(id, warden, "123456789"))), "kernel.invalid")
        assert.deepStrictEqual(yield* logOf({ userId: id }), [])
        assert.strictEqual(yield* codeOf(as(admin)(grant(id, warden, "1234567890"))), "done")
        assert.strictEqual(
          yield* codeOf(as(keeper)(roles.revoke({ userId: id, role: warden, reason: "out" }))),
          "done"
        )
        assert.strictEqual(yield* codeOf(as(keeper)(grant(id, roleNamed("member")))), "done")
        assert.strictEqual(yield* codeOf(asVisitor(grant(id))), "kernel.sign_in_required")
      })
    )

    it.effect(
      "a user or a role that does not exist is not found; permission comes before that knowledge (KER-10)",
      () =>
        Effect.gen(function* () {
          const roles = yield* Roles
          const { id: nobody } = yield* someone()
          const unknown = { userId: someUser(), role: moderator }
          assert.strictEqual(yield* codeOf(asService(roles.grant(unknown))), "identity.profile_not_found")
          assert.strictEqual(
            yield* codeOf(asService(roles.revoke({ ...unknown, reason: "x" }))),
            "identity.profile_not_found"
          )
          const noRole = { userId: nobody, role: roleNamed("nothing_like_it") }
          assert.strictEqual(yield* codeOf(asService(roles.grant(noRole))), "rbac.role_not_found")
          assert.strictEqual(yield* codeOf(as(nobody)(roles.grant(noRole))), "kernel.forbidden")
          assert.strictEqual(
            yield* codeOf(asService(roles.revoke({ userId: nobody, role: moderator, reason: "x" }))),
            "rbac.role_not_held"
          )
        })
    )

    it.effect(
      "granting again extends or shortens the one assignment and says so; an end in the past is invalid (RBAC-4)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-01T12:00:00Z")
          const roles = yield* Roles
          const { id: userId } = yield* someone()
          const grant = (expiresAt?: string, millis = 0) =>
            asService(
              roles.grant({
                userId,
                role: moderator,
                ...(expiresAt && { expiresAt: DateTime.add(at(expiresAt), { milliseconds: millis }) })
              })
            )
          assert.strictEqual(yield* codeOf(grant("2026-03-01T12:00:00Z")), "kernel.invalid")
          assert.strictEqual(yield* codeOf(grant("2026-03-01T12:00:00Z", -1)), "kernel.invalid")
          const outcomes = [
            yield* grant("2026-03-01T12:00:00Z", 1),
            yield* grant("2026-03-03T00:00:00Z"),
            yield* grant("2026-03-02T00:00:00Z"),
            yield* grant("2026-03-02T00:00:00Z"),
            yield* grant(),
            yield* grant(),
            yield* grant("2026-03-05T00:00:00Z")
          ]
          assert.deepStrictEqual(
            outcomes.map(({ outcome }) => outcome),
            ["granted", "extended", "shortened", "unchanged", "extended", "unchanged", "shortened"]
          )
          assert.deepStrictEqual(yield* assignmentsOf(userId), [outcomes.at(-1)!.assignment])
          // What changed nothing is not in the log, all else is.
          assert.lengthOf(yield* agrees(userId), 5)
          assert.lengthOf(
            (yield* toldOf(userId)).filter(({ name }) => name === "rbac.role_granted"),
            5
          )
        })
    )

    it.effect(
      "32 grants of one role to one user at once leave one assignment, and the log tells which (RBAC-4)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-01T12:00:00Z")
          const roles = yield* Roles
          const { id: userId } = yield* someone()
          const codes = yield* Effect.forEach(
            Array.from({ length: 32 }),
            (_, n) =>
              codeOf(
                asService(
                  roles.grant({
                    userId,
                    role: moderator,
                    expiresAt: DateTime.add(at("2026-03-01T12:00:00Z"), { minutes: n + 1 })
                  })
                )
              ),
            racing
          )
          assert.deepStrictEqual([...new Set(codes)], ["done"])
          assert.lengthOf(yield* assignmentsOf(userId), 1)
          assert.lengthOf(yield* agrees(userId), 32)
        })
    )

    it.effect(
      "every grant and revoke is in the log with operation, performer, reason and time (RBAC-5)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-03-01T12:00:00.250Z")
          const roles = yield* Roles
          const [admin, { id: userId }] = [yield* holderOf("admin"), yield* someone()]
          yield* as(admin)(roles.grant({ userId, role: moderator, reason: "helps out" }))
          yield* as(admin)(roles.revoke({ userId, role: moderator, reason: "moved on" }))
          yield* asService(roles.grant({ userId, role: instructor, expiresAt: at("2026-03-02T00:00:00Z") }))
          yield* agrees(userId)
          const { id: roleId } = yield* asVisitor(roles.getRole({ role: instructor }))
          const moderators = (yield* asVisitor(roles.getRole({ role: moderator }))).id
          const createdAt = at("2026-03-01T12:00:00.250Z")
          assert.deepStrictEqual(
            (yield* logOf({ userId })).map((entry): unknown => {
              const { id: _id, position: _position, ...told } = entry
              return told
            }),
            [
              {
                userId,
                roleId: moderators,
                roleName: moderator,
                operation: "GRANT",
                performedBy: admin,
                reason: "helps out",
                createdAt
              },
              {
                userId,
                roleId: moderators,
                roleName: moderator,
                operation: "REVOKE",
                performedBy: admin,
                reason: "moved on",
                createdAt
              },
              {
                userId,
                roleId,
                roleName: instructor,
                operation: "GRANT",
                performedByService: "contract",
                expiresAt: at("2026-03-02T00:00:00Z"),
                createdAt
              }
            ]
          )
          // One's own is there to be read, page by page, newest first; that of others takes manage_users.
          const first = yield* as(userId)(roles.grantsLog({ userId, limit: 2 }))
          const second = yield* as(userId)(roles.grantsLog({ userId, limit: 2, cursor: first.next! }))
          assert.deepStrictEqual(
            [...first.items, ...second.items].map(({ operation }) => operation),
            ["GRANT", "REVOKE", "GRANT"]
          )
          assert.isUndefined(second.next)
          assert.strictEqual(yield* codeOf(as(userId)(roles.grantsLog({}))), "kernel.forbidden")
          const ofRole = yield* as(admin)(roles.grantsLog({ role: instructor, userId }))
          assert.lengthOf(ofRole.items, 1)
          assert.isAbove((yield* as(admin)(roles.grantsLog({ limit: 100 }))).items.length, 3)
        })
    )

    it.effect(
      "what has expired is written down by the sweep, once each, also when eight sweep at once (RBAC-5)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-06-01T12:00:00Z")
          const roles = yield* Roles
          yield* sweep
          const people = yield* Effect.forEach(Array.from({ length: 20 }), () =>
            Effect.map(someone(), ({ id }) => id)
          )
          for (const userId of people) {
            yield* asService(roles.grant({ userId, role: moderator, expiresAt: at("2026-06-01T13:00:00Z") }))
          }
          yield* clockAt("2026-06-01T13:00:00Z", -1)
          assert.strictEqual(yield* sweep, 0)
          yield* clockAt("2026-06-01T13:00:00Z")
          const counts = yield* Effect.all(
            Array.from({ length: 8 }, () => sweep),
            racing
          )
          assert.strictEqual(counts.reduce((sum, count) => sum + count, 0) + (yield* sweep), 20)
          for (const userId of people) {
            const entries = yield* agrees(userId)
            assert.deepStrictEqual(
              entries.map(({ operation, performedByService }) => [operation, performedByService]),
              [
                ["GRANT", "contract"],
                ["REVOKE", "expiry"]
              ]
            )
            assert.strictEqual((yield* toldOf(userId)).at(-1)?.name, "rbac.role_expired")
          }
          const { id } = yield* someone()
          assert.strictEqual(yield* codeOf(as(id)(roles.sweepExpired({}))), "kernel.forbidden")
        })
    )

    it.effect(
      "granting what expires at that moment, while it is swept, writes the end down once (RBAC-5)",
      () =>
        Effect.gen(function* () {
          const roles = yield* Roles
          for (let round = 0; round < 10; round += 1) {
            yield* clockAt("2026-07-01T12:00:00Z")
            const { id: userId } = yield* someone()
            yield* asService(roles.grant({ userId, role: moderator, expiresAt: at("2026-07-01T13:00:00Z") }))
            yield* clockAt("2026-07-01T13:00:00Z")
            const grant = asService(roles.grant({ userId, role: moderator }))
            yield* Effect.all([sweep, grant, sweep], { ...racing, discard: true })
            const entries = yield* agrees(userId)
            assert.deepStrictEqual(
              entries.map(({ operation }) => operation),
              ["GRANT", "REVOKE", "GRANT"]
            )
          }
        })
    )

    it.effect("replayed, the log gives the assignments, after any story told by many at once (RBAC-5)", () =>
      Effect.gen(function* () {
        const roles = yield* Roles
        const anyStep = fc.record({
          who: fc.integer({ min: 0, max: 2 }),
          role: fc.constantFrom(moderator, instructor),
          act: fc.constantFrom("grant", "grant", "revoke", "sweep"),
          minutes: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
          wait: fc.integer({ min: 0, max: 2 })
        })
        const start = at("2026-08-01T12:00:00Z")
        yield* clockAt(start)
        let clock = 0
        for (const story of samples(fc.array(anyStep, { minLength: 10, maxLength: 30 }), 6)) {
          const people = yield* Effect.forEach([0, 1, 2], () => Effect.map(someone(), ({ id }) => id))
          const step = ({ act, minutes, role, who }: (typeof story)[number]) => {
            const userId = people[who]!
            const end =
              minutes === undefined ? {} : { expiresAt: DateTime.add(start, { minutes: clock + minutes }) }
            if (act === "sweep") return Effect.asVoid(sweep)
            return act === "grant"
              ? Effect.ignore(asService(roles.grant({ userId, role, ...end })))
              : Effect.ignore(asService(roles.revoke({ userId, role, reason: "story" })))
          }
          // Five at a time race; then the clock moves on.
          for (let from = 0; from < story.length; from += 5) {
            const together = story.slice(from, from + 5)
            yield* Effect.forEach(together, step, { ...racing, discard: true })
            clock += together[0]!.wait
            yield* TestClock.setTime(DateTime.toEpochMillis(start) + clock * 60_000)
          }
          for (const userId of people) {
            const entries = yield* agrees(userId)
            for (const role of [moderator, instructor]) {
              const operations = entries
                .filter(({ roleName }) => roleName === role)
                .map(({ operation }) => operation)
              assert.notMatch(operations.join(" "), /^REVOKE|REVOKE REVOKE/)
            }
          }
        }
      })
    )

    it.effect(
      "a suspended or deleted user keeps assignments, and is not held by them meanwhile (RBAC-1)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const roles = yield* Roles
          const userId = yield* holderOf("moderator")
          yield* as(userId)(users.deleteMyProfile({}))
          assert.isFalse((yield* asService(roles.hasRole({ role: moderator, userId }))).held)
          assert.isTrue((yield* assignmentsOf(userId)).every(({ isActive }) => isActive))
          yield* as(userId)(users.restoreMyProfile({}))
          assert.isTrue((yield* asService(roles.hasRole({ role: moderator, userId }))).held)
        })
    )
  })
