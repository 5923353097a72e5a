/** Laws of how profiles come to be. Source: IDN-8, KER-15. */
import { assert, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { type NewProfile, type Profile, Users } from "../src/identity/index.ts"
import { ProfileExists, Profiles } from "../src/identity/ports.ts"
import { CurrentActor } from "../src/shared/actor.ts"
import type { UserId } from "../src/shared/id.ts"
import { Transaction } from "../src/shared/transaction.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, codeOf, peopleOn, racing, someone, toldOf } from "./people.ts"
import { at, clockAt, someUser, unique } from "./samples.ts"

const name = (text: string) => text as Profile["username"]
const mail = (text: string) => text as NonNullable<Profile["email"]>

export const arrivalsContract = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Arrivals on ${adapter}`, (it) => {
    it.effect("a profile comes to be with the first command, from the token's claims (IDN-8)", () =>
      Effect.gen(function* () {
        yield* clockAt("2026-03-01T12:00:00.001Z")
        const users = yield* Users
        const id = someUser()
        const local = unique("zoe").replace("_", "-")
        const withClaims = Effect.provideService(CurrentActor, {
          _tag: "User",
          id,
          claims: { email: `${local.toUpperCase()}@Example.org`, displayName: "Zoë\n", locale: "fr" }
        })
        assert.strictEqual(yield* codeOf(withClaims(users.myProfile({}))), "identity.profile_not_found")
        assert.deepStrictEqual((yield* withClaims(users.mySettings({}))).privacy.leaderboardOptIn, false)
        yield* withClaims(users.updateSettings({ ui: { theme: "dark" } }))
        const now = at("2026-03-01T12:00:00.001Z")
        const expected: Profile = {
          id,
          username: name(local),
          email: mail(`${local}@example.org`),
          displayName: "Zoë",
          bio: "",
          isPublic: false,
          locale: "fr",
          timeZone: "UTC",
          status: "active",
          lastSeenAt: now,
          createdAt: now,
          updatedAt: now,
          version: 1
        }
        assert.deepStrictEqual(yield* Profiles.use((profiles) => profiles.find(id)), Option.some(expected))
        assert.deepStrictEqual((yield* toldOf(id))[0], {
          name: "identity.profile_created",
          payload: { userId: id, origin: "first_command" }
        })
        // Claims never overwrite: the next command of another token changes nothing.
        const other = Effect.provideService(CurrentActor, {
          _tag: "User",
          id,
          claims: { email: "other@example.org", displayName: "Other" }
        })
        yield* other(users.updateSettings({ ui: { theme: "light" } }))
        assert.deepStrictEqual(yield* Profiles.use((profiles) => profiles.find(id)), Option.some(expected))
      })
    )

    it.effect("64 first commands at once make one profile, and all go through (IDN-8)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const id = someUser()
        const codes = yield* Effect.forEach(
          Array.from({ length: 64 }),
          (_, n) => codeOf(as(id)(users.updateSettings({ learning: { dailyGoalMinutes: n } }))),
          racing
        )
        assert.deepStrictEqual([...new Set(codes)], ["done"])
        const created = (yield* toldOf(id)).filter((event) => event.name === "identity.profile_created")
        assert.lengthOf(created, 1)
      })
    )

    it.effect("a newcomer whose username or address somebody has gets another one, or none (IDN-8)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const local = unique("popular").replace("_", "-")
        const arrive = Effect.fnUntraced(function* (id: UserId, email: string) {
          const claims = { email, displayName: local }
          yield* Effect.provideService(users.updateSettings({}), CurrentActor, { _tag: "User", id, claims })
          return Option.getOrThrow(yield* Profiles.use((profiles) => profiles.find(id)))
        })
        const [one, two, three] = [someUser(), someUser(), someUser()]
        assert.strictEqual((yield* arrive(one, `${local}@a.org`)).username, name(local))
        const second = yield* arrive(two, `${local}@b.org`)
        assert.strictEqual(second.username, name(`user-${two.slice(-8)}`))
        const third = yield* arrive(three, `${local}@a.org`)
        assert.isUndefined(third.email)
        // Ids that end alike still get names of their own.
        const alike = someUser().replace("-8000-", "-8001-") as UserId
        assert.strictEqual((yield* arrive(alike, "")).username, name(`user-${alike.slice(-8)}`))
      })
    )

    it.effect(
      "whoever got a profile from others completes it with their first command, once, and overwrites nothing (IDN-8)",
      () =>
        Effect.gen(function* () {
          yield* clockAt("2026-05-01T12:00:00Z")
          const users = yield* Users
          const profiles = yield* Profiles
          const local = unique("paid").replace("_", "-")
          const claims = { email: `${local}@example.org`, displayName: "Paid Ann", locale: "fr" }
          const acts = (id: UserId, said: typeof claims = claims) =>
            Effect.provideService(users.updateSettings({}), CurrentActor, { _tag: "User", id, claims: said })
          const known = (id: UserId) => Effect.map(profiles.find(id), Option.getOrThrow)
          const bare = someUser()
          const { profile } = yield* asService(users.createProfile({ id: bare }))
          yield* TestClock.adjust("1 minute")
          yield* acts(bare)
          const now = at("2026-05-01T12:01:00Z")
          const expected = {
            ...profile,
            ...claims,
            updatedAt: now,
            lastSeenAt: now,
            email: mail(claims.email)
          }
          assert.deepStrictEqual(yield* known(bare), expected)
          const told = { userId: bare, version: 1, fields: ["displayName", "email", "locale"] }
          assert.deepInclude(yield* toldOf(bare), { name: "identity.profile_updated", payload: told })
          const others = { email: `other-${claims.email}`, displayName: "Other", locale: "de" }
          yield* acts(bare, others)
          assert.deepStrictEqual(yield* known(bare), expected)
          // What others said stays, an address that somebody has is left out, and an edit on what was read goes through.
          const said = yield* someone({
            displayName: "Said",
            locale: "fr-CA" as Profile["locale"],
            email: mail(`said-${claims.email}`)
          })
          yield* acts(said.id, others)
          assert.deepStrictEqual(yield* known(said.id), { ...said, lastSeenAt: now })
          const late = yield* someone()
          const edit = users.updateProfile({ version: late.version, bio: "hello" })
          yield* Effect.provideService(edit, CurrentActor, { _tag: "User", id: late.id, claims })
          const { bio, displayName, email } = yield* known(late.id)
          assert.deepStrictEqual([bio, displayName, email], ["hello", "Paid Ann", undefined])
        })
    )

    it.effect(
      "making a profile twice is making it once, by command or by import, and nothing is overwritten (IDN-8)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const id = someUser()
          const first = yield* asService(users.createProfile({ id, displayName: "First", isPublic: true }))
          const again = yield* asService(
            users.createProfile({ id, displayName: "Second", username: name(unique("second")) })
          )
          assert.deepStrictEqual([first.created, again.created], [true, false])
          assert.deepStrictEqual(again.profile, first.profile)
          const rows: ReadonlyArray<NewProfile> = [
            { id, displayName: "Third" },
            { id: someUser(), username: first.profile.username },
            { id: someUser(), displayName: "New" }
          ]
          const outcomes = yield* asService(users.importProfiles({ rows }))
          assert.deepStrictEqual(
            outcomes.map(({ code, outcome }) => code ?? outcome),
            ["existing", "identity.username_taken", "created"]
          )
          // The refused row neither failed nor undid the others, and a second run changes nothing (KER-15).
          const repeated = yield* asService(users.importProfiles({ rows }))
          assert.deepStrictEqual(
            repeated.map(({ outcome }) => outcome),
            ["existing", "refused", "existing"]
          )
          assert.deepStrictEqual(
            Option.getOrThrow(yield* Profiles.use((profiles) => profiles.find(id))),
            first.profile
          )
          assert.lengthOf(yield* toldOf(rows[2]!.id), 1)
        })
    )

    it.effect("a store refuses a second profile of one id for the id first (IDN-8)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const profiles = yield* Profiles
        const ann = yield* someone({ email: mail(`${unique("ann")}@example.org`) })
        assert.instanceOf(yield* Effect.flip(run(profiles.insert(ann))), ProfileExists)
        assert.strictEqual(
          yield* codeOf(run(profiles.insert({ ...ann, id: someUser() }))),
          "identity.username_taken"
        )
      })
    )

    it.effect("last_seen_at is written at most once in five minutes, after the command (IDN-8)", () =>
      Effect.gen(function* () {
        yield* clockAt("2026-04-01T12:00:00Z")
        const users = yield* Users
        const profiles = yield* Profiles
        const id = someUser()
        const acts = as(id)(users.updateSettings({}))
        const seenAt = Effect.map(profiles.find(id), (found) => Option.getOrThrow(found).lastSeenAt)
        yield* acts
        yield* TestClock.adjust("299999 millis")
        yield* acts
        assert.deepStrictEqual(yield* seenAt, at("2026-04-01T12:00:00Z"))
        yield* TestClock.adjust("1 millis")
        yield* acts
        assert.deepStrictEqual(yield* seenAt, at("2026-04-01T12:05:00Z"))
        yield* TestClock.adjust("1 hour")
        // A refused command is no sign of life that is kept, and looking around is none.
        yield* Effect.ignore(as(id)(users.suspend({ userId: id, reason: "no" })))
        yield* as(id)(users.myProfile({}))
        assert.deepStrictEqual(yield* seenAt, at("2026-04-01T12:05:00Z"))
      })
    )
  })
