import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import * as fc from "fast-check"
import {
  anonymous,
  permissions,
  service,
  type Standing,
  standingWithoutAccount,
  user
} from "../../shared/actor.ts"
import { UserId } from "../../shared/id.ts"
import type { Link } from "../model/link.ts"
import { Links } from "../model/link.ts"
import { NewProfile, Profile, ProfileChange, type ProfileStatus } from "../model/profile.ts"
import * as rules from "./profile.ts"

const [ann, ben] = [1, 2].map((n) => UserId.make(`00000000-0000-4000-8000-00000000000${n}`)) as [
  UserId,
  UserId
]
const now = DateTime.makeUnsafe("2026-03-01T12:00:00.000Z")
const after = (milliseconds: number) => DateTime.add(now, { milliseconds })
const decode = <S extends Schema.Codec<any, any>>(schema: S) =>
  Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
const newProfile = (fields: Record<string, unknown> = {}) =>
  Result.getOrThrow(
    decode(NewProfile)({ id: ann, username: "ann", email: "ann@example.org", displayName: "Ann", ...fields })
  )
const profile = (fields: Partial<Profile> = {}): Profile => ({
  ...rules.create({ ...newProfile(), username: "ann" as Profile["username"] }, "command", now).state,
  lastSeenAt: now,
  ...fields
})
const standing = (actor: Standing["actor"], fields: Partial<Standing> = {}): Standing => ({
  ...standingWithoutAccount(actor),
  ...fields
})
const staff = standing(user(ben), { permissions: new Set(["manage_users"]) })
const refusalOf = (result: Result.Result<unknown, { readonly _tag: string }>) =>
  Result.isFailure(result) ? result.failure._tag : "allowed"

describe("fields of a profile", () => {
  const accepts = (fields: Record<string, unknown>) =>
    Result.isSuccess(decode(NewProfile)({ id: ann, ...fields }))
  const username = (text: string) => accepts({ username: text })

  it("a username has 3 to 30 characters, with a letter or digit at both ends (IDN-1)", () => {
    for (const good of ["abc", "a-b", "a_b", "0-9", "a".repeat(30), `a${"-".repeat(28)}b`])
      assert.isTrue(username(good), good)
    for (const bad of [
      "",
      "a",
      "ab",
      "a".repeat(31),
      "ann-",
      "-ann",
      "_ann",
      "ann_",
      "a b",
      "ann.b",
      "änn",
      "ann\n",
      "a\0b"
    ]) {
      assert.isFalse(username(bad), JSON.stringify(bad))
    }
  })

  it("a username is lower-cased before it is looked at (IDN-1)", () => {
    assert.strictEqual(newProfile({ username: "Ann_B" }).username, "ann_b" as never)
    // The Kelvin sign is lower-cased to an ordinary k: it cannot stand beside one.
    assert.strictEqual(newProfile({ username: "\u212Aarl" }).username, "karl" as never)
  })

  it("reserved words are refused in any case, and so are the names that we make ourselves (IDN-1)", () => {
    for (const bad of [
      "admin",
      "Admin",
      "ROOT",
      "support",
      "api",
      "deleted-user",
      "user-0123abcd",
      "USER-0123ABCD"
    ]) {
      assert.isFalse(username(bad), bad)
    }
    // `me` is too short as it is; a word that only contains a reserved one is fine.
    for (const good of ["admins", "api2", "user-12", "user-0123abcx"]) assert.isTrue(username(good), good)
  })

  it("display_name has 1 to 80 characters, bio up to 500 (IDN-1)", () => {
    assert.isFalse(accepts({ displayName: "" }))
    for (const unit of ["x", "é", "😀"]) {
      assert.isTrue(accepts({ displayName: unit }))
      assert.isTrue(accepts({ displayName: unit.repeat(80) }))
      assert.isFalse(accepts({ displayName: unit.repeat(81) }))
      assert.isTrue(accepts({ bio: unit.repeat(500) }))
      assert.isFalse(accepts({ bio: unit.repeat(501) }))
    }
    assert.isTrue(accepts({ bio: "" }))
  })

  it("addresses are https only (IDN-1)", () => {
    assert.isTrue(accepts({ avatarUrl: "https://example.org/a.png" }))
    for (const bad of [
      "http://example.org",
      "ftp://example.org",
      "javascript:alert(1)",
      "data:,x",
      "//example.org",
      "example.org",
      "https://",
      "https://u:p@example.org"
    ]) {
      assert.isFalse(accepts({ avatarUrl: bad }), bad)
    }
  })

  it("an e-mail address is kept in lower case (IDN-1)", () => {
    assert.strictEqual(newProfile({ email: "Ann@Example.ORG" }).email, "ann@example.org" as never)
    for (const bad of ["ann", "@example.org", "ann@", "a@b@c", "a b@c", ""])
      assert.isFalse(accepts({ email: bad }), bad)
  })

  it("whatever is accepted is stored in one spelling: reading it again changes nothing (IDN-1)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        for (const field of ["username", "email", "displayName"] as const) {
          const once = decode(NewProfile)({
            id: ann,
            [field]: field === "email" ? `${text}@example.org` : text
          })
          if (Result.isFailure(once)) continue
          const stored = Schema.encodeSync(Schema.toCodecJson(NewProfile))(once.success)
          assert.deepStrictEqual(Result.getOrThrow(decode(NewProfile)(stored)), once.success)
          if (field !== "displayName")
            assert.strictEqual(once.success[field], once.success[field]?.toLowerCase())
        }
      }),
      { numRuns: 500 }
    )
  })

  it("all wrong fields are named at once, unknown ones among them (KER-14)", () => {
    const wrong = decode(ProfileChange)({ version: 1, username: "a", bio: 1, xp: 5, roles: [] })
    assert.include(JSON.stringify(Result.isFailure(wrong) ? String(wrong.failure) : ""), "xp")
    for (const path of ["username", "bio", "xp", "roles"])
      assert.match(Result.isFailure(wrong) ? String(wrong.failure) : "", new RegExp(`"${path}"`))
  })

  it("nothing about XP, roles or tiers stands on a profile (IDN-2)", () => {
    const fields = Object.keys(Profile.fields)
    assert.sameMembers(fields, [
      "id",
      "username",
      "email",
      "displayName",
      "bio",
      "avatarUrl",
      "isPublic",
      "locale",
      "timeZone",
      "lastSeenAt",
      "status",
      "createdAt",
      "updatedAt",
      "deletedAt",
      "version"
    ])
  })

  it("at most ten links, https only, each public or not (IDN-6)", () => {
    const link = (url: string) => ({ linkType: "github", url, isPublic: true })
    const links = (count: number) => Array.from({ length: count }, (_, n) => link(`https://example.org/${n}`))
    assert.isTrue(Result.isSuccess(decode(Links)(links(10))))
    assert.isTrue(Result.isFailure(decode(Links)(links(11))))
    assert.isTrue(Result.isFailure(decode(Links)([link("http://example.org")])))
    assert.isTrue(Result.isFailure(decode(Links)([{ ...link("https://example.org"), linkType: "myspace" }])))
    assert.isTrue(Result.isFailure(decode(Links)([{ linkType: "other", url: "https://example.org" }])))
  })
})

describe("who sees a profile", () => {
  const links: ReadonlyArray<Link> = [
    { linkType: "github", url: "https://github.com/ann", isPublic: true },
    { linkType: "website", url: "https://ann.example.org", isPublic: false }
  ]
  const hidden = ["email", "locale", "timeZone", "lastSeenAt"] as const
  const shut = (status: ProfileStatus, isPublic: boolean) =>
    profile({ status, isPublic, ...(status === "deleted" && { deletedAt: now }) })

  it("its owner and manage_users see everything, everyone sees a public one without four fields, else it is not found (IDN-3)", () => {
    const viewers = {
      owner: standing(user(ann)),
      staff,
      service: standing(service("support")),
      other: standing(user(ben)),
      anonymous: standing(anonymous)
    }
    for (const [name, viewer] of Object.entries(viewers)) {
      for (const isPublic of [true, false]) {
        for (const status of ["active", "suspended", "deleted"] as const) {
          const seen = rules.viewed(shut(status, isPublic), links, viewer)
          const where = `${name}, ${status}, ${isPublic ? "public" : "private"}`
          if (name === "staff" || name === "service" || (name === "owner" && status !== "deleted")) {
            assert.deepStrictEqual(Result.getOrThrow(seen), { ...shut(status, isPublic), links }, where)
          } else if (name === "owner") {
            assert.strictEqual(refusalOf(seen), "identity.profile_deleted", where)
          } else if (isPublic && status !== "deleted") {
            const view = Result.getOrThrow(seen)
            for (const field of hidden) assert.notProperty(view, field, where)
            assert.deepStrictEqual(
              { ...view, links: [] },
              { ...without(shut(status, isPublic), hidden), links: [] } as never,
              where
            )
            assert.deepStrictEqual(view.links, [links[0]!], where)
          } else assert.strictEqual(refusalOf(seen), "identity.profile_not_found", where)
        }
      }
    }
  })

  it("no other permission than manage_users opens a private profile (IDN-3)", () => {
    for (const permission of Object.keys(permissions) as Array<keyof typeof permissions>) {
      const viewer = standing(user(ben), { permissions: new Set([permission]) })
      assert.strictEqual(
        refusalOf(rules.viewed(profile(), [], viewer)),
        permission === "manage_users" ? "allowed" : "identity.profile_not_found"
      )
    }
  })

  it('public traces of a deleted profile read "deleted user", to everyone, and tell nothing else (IDN-7)', () => {
    for (const viewer of [standing(user(ben)), standing(anonymous), staff]) {
      for (const isPublic of [true, false]) {
        assert.deepStrictEqual(rules.nameCard(shut("deleted", isPublic), viewer), {
          kind: "deleted_user",
          id: ann,
          displayName: "deleted user"
        })
      }
    }
    assert.strictEqual(rules.nameCard(profile({ isPublic: true }), standing(anonymous))?.displayName, "Ann")
    assert.isUndefined(rules.nameCard(profile(), standing(user(ben))))
    assert.strictEqual(rules.nameCard(profile(), staff)?.kind, "user")
  })
})

const without = (whole: object, keys: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(whole).filter(([key]) => !keys.includes(key)))

describe("the life of a profile", () => {
  const verbs = {
    suspend: (one: Profile) => rules.suspend(one, "why", now),
    liftSuspension: (one: Profile) => rules.liftSuspension(one, "why", now),
    remove: (one: Profile) => rules.remove(one, now),
    takeBack: (one: Profile) => rules.takeBack(one, now)
  }
  const from: Record<ProfileStatus, Profile> = {
    active: profile(),
    suspended: profile({ status: "suspended" }),
    deleted: profile({ status: "deleted", deletedAt: now })
  }

  it("moves only along its table: one suspends, deletes, and takes back what fits, and nothing else (IDN-9)", () => {
    const allowed = {
      suspend: ["active"],
      liftSuspension: ["suspended"],
      remove: ["active"],
      takeBack: ["deleted"]
    }
    for (const [verb, act] of Object.entries(verbs)) {
      for (const status of ["active", "suspended", "deleted"] as const) {
        const moved = act(from[status])
        const expected = allowed[verb as keyof typeof verbs].includes(status)
          ? "allowed"
          : "identity.status_not_allowed"
        assert.strictEqual(refusalOf(moved), expected, `${verb} ${status}`)
        if (Result.isFailure(moved)) continue
        assert.include(rules.transitions[status], moved.success.state.status)
        assert.strictEqual(moved.success.state.version, from[status].version + 1)
        assert.lengthOf(moved.success.events, 1)
      }
    }
  })

  it("can be taken back until just before 30 days have passed (IDN-7)", () => {
    const month = 30 * 24 * 60 * 60 * 1000
    const takenBack = (milliseconds: number) => refusalOf(rules.takeBack(from.deleted, after(milliseconds)))
    assert.strictEqual(takenBack(0), "allowed")
    assert.strictEqual(takenBack(month - 1), "allowed")
    assert.strictEqual(takenBack(month), "identity.restore_period_passed")
    assert.strictEqual(takenBack(month + 1), "identity.restore_period_passed")
    assert.deepStrictEqual(rules.restorableUntil(now), after(month))
    assert.isUndefined(Result.getOrThrow(rules.takeBack(from.deleted, now)).state.deletedAt)
  })

  it("an edit made on another version is stale; naming what it is already changes nothing (KER-23)", () => {
    for (const version of [0, 2])
      assert.strictEqual(
        refusalOf(rules.update(profile(), { version, bio: "x" }, now)),
        "kernel.stale_version"
      )
    const same = Result.getOrThrow(
      rules.update(profile(), { version: 1, displayName: "Ann", avatarUrl: "" }, after(5))
    )
    assert.deepStrictEqual(same, { state: profile(), events: [] })
    const picture = Result.getOrThrow(
      rules.update(profile(), { version: 1, avatarUrl: "https://example.org/a" }, after(5))
    ).state
    assert.deepStrictEqual(
      [picture.version, picture.avatarUrl, picture.updatedAt],
      [2, "https://example.org/a", after(5)]
    )
    assert.notProperty(
      Result.getOrThrow(rules.update(picture, { version: 2, avatarUrl: "" }, now)).state,
      "avatarUrl"
    )
    assert.strictEqual(
      refusalOf(rules.changeLinks(profile(), { version: 2, links: [] }, now)),
      "kernel.stale_version"
    )
  })

  it("an edit tells which fields changed and not what they were (PRV-7)", () => {
    const { events } = Result.getOrThrow(
      rules.update(profile(), { version: 1, displayName: "Ann B", bio: "secret life" }, now)
    )
    assert.deepStrictEqual(events[0]?.payload, { userId: ann, version: 2, fields: ["bio", "displayName"] })
  })

  it("is seen again after five minutes, not before (IDN-8)", () => {
    assert.isTrue(rules.isSeenAgain(undefined, now))
    assert.isFalse(rules.isSeenAgain(now, after(5 * 60_000 - 1)))
    assert.isTrue(rules.isSeenAgain(now, after(5 * 60_000)))
    assert.isFalse(rules.isSeenAgain(after(1), now))
  })
})
