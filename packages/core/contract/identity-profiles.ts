/** Laws of profiles: who sees them, and how they change. Source: IDN-1 to IDN-3, IDN-6, KER-11, KER-23, KER-24. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import * as fc from "fast-check"
import { type NewProfile, Profile, Users } from "../src/identity/index.ts"
import { ProfileLinks, Profiles } from "../src/identity/ports.ts"
import { CurrentActor, service } from "../src/shared/actor.ts"
import { Transaction } from "../src/shared/transaction.ts"
import type { Adapter } from "./ground.ts"
import { as, asService, asVisitor, codeOf, each, holderOf, peopleOn, racing, someone } from "./people.ts"
import { samples, someUser, unique } from "./samples.ts"

const name = (text: string) => text as Profile["username"]
const mail = (text: string) => text as NonNullable<Profile["email"]>

/** Any profile that the model allows. */
const anyProfile = fc.record({
  displayName: fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }),
  bio: fc.string({ unit: "grapheme", maxLength: 200 }),
  isPublic: fc.boolean(),
  instant: fc.integer({ min: 0, max: 253_402_300_799_999 }).map((millis) => DateTime.makeUnsafe(millis)),
  status: fc.constantFrom("active" as const, "suspended" as const, "deleted" as const),
  picture: fc.boolean(),
  seen: fc.boolean(),
  version: fc.integer({ min: 1, max: 2_147_483_647 })
})
const profileOf = ({
  instant,
  picture,
  seen,
  ...given
}: typeof anyProfile extends fc.Arbitrary<infer A> ? A : never): Profile => ({
  ...given,
  id: someUser(),
  username: name(unique("any")),
  email: mail(`${unique("any")}@exämple.org`),
  locale: "fr-CA",
  timeZone: "Europe/Paris",
  createdAt: instant,
  updatedAt: instant,
  ...(picture && { avatarUrl: "https://example.org/ä.png?a=%00" }),
  ...(seen && { lastSeenAt: instant }),
  ...(given.status === "deleted" && { deletedAt: instant })
})
const isProfile = Schema.is(Profile)

export const profilesContract = (adapter: string, layer: Adapter) =>
  it.layer(peopleOn(layer), { timeout: "60 seconds" })(`Profiles on ${adapter}`, (it) => {
    it.effect("gives back whatever the model allows, inserted or updated (IDN-1)", () =>
      Effect.gen(function* () {
        const { run } = yield* Transaction
        const profiles = yield* Profiles
        const allowed = samples(anyProfile, 120).map(profileOf).filter(isProfile)
        assert.isAbove(allowed.length, 80)
        for (const [index, profile] of allowed.entries()) {
          yield* run(profiles.insert(profile))
          assert.deepStrictEqual(yield* profiles.find(profile.id), Option.some(profile))
          const {
            createdAt: _,
            lastSeenAt: __,
            ...other
          } = { ...allowed[(index * 7) % allowed.length]!, id: profile.id, username: name(unique("any")) }
          const { email: ___, ...changed } = other
          const { createdAt, lastSeenAt } = profile
          const updated = { ...changed, createdAt, ...(lastSeenAt && { lastSeenAt }) }
          yield* run(profiles.update(updated))
          assert.deepStrictEqual(yield* profiles.find(profile.id), Option.some(updated))
          assert.deepStrictEqual(yield* profiles.findByUsername(updated.username), Option.some(updated))
        }
      })
    )

    it.effect("usernames and e-mail addresses are unique without regard to case (IDN-1)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const ann = yield* someone({ email: mail(`${unique("ann")}@example.org`) })
        const create = (fields: Partial<NewProfile>) =>
          codeOf(asService(users.createProfile({ id: someUser(), ...fields })))
        assert.strictEqual(yield* create({ username: ann.username }), "identity.username_taken")
        assert.strictEqual(
          yield* create({ username: name(unique("free")), email: ann.email! }),
          "identity.email_taken"
        )
        const ben = yield* someone()
        const renamed = as(ben.id)(users.updateProfile({ version: 1, username: ann.username }))
        assert.strictEqual(yield* codeOf(renamed), "identity.username_taken")
        assert.deepStrictEqual(
          Option.getOrThrow(yield* Profiles.use((profiles) => profiles.find(ben.id))),
          ben
        )
      })
    )

    it.effect(
      "of 64 who ask for one username at once, one gets it and the others are refused cleanly (IDN-1)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const username = name(unique("wanted"))
          const codes = yield* Effect.forEach(
            Array.from({ length: 64 }),
            () => codeOf(asService(users.createProfile({ id: someUser(), username }))),
            racing
          )
          assert.deepStrictEqual(codes.filter((code) => code === "done").length, 1)
          assert.deepStrictEqual([...new Set(codes)].sort(), ["done", "identity.username_taken"])
        })
    )

    it.effect(
      "others see a public profile without e-mail, locale, time zone and last_seen_at, and a private one not at all (IDN-3)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const ann = yield* someone({ isPublic: true, email: mail(`${unique("ann")}@example.org`) })
          yield* as(ann.id)(
            users.setLinks({
              version: 1,
              links: [
                { linkType: "website", url: "https://ann.example.org", isPublic: false },
                { linkType: "github", url: "https://github.com/ann", label: "Code", isPublic: true }
              ]
            })
          )
          const hidden = yield* someone()
          const reader = yield* someone()
          for (const seen of [
            yield* as(reader.id)(users.getProfile({ user: ann.id })),
            yield* asVisitor(users.getProfile({ user: ann.username }))
          ]) {
            assert.hasAllKeys(seen, [
              "id",
              "username",
              "displayName",
              "bio",
              "isPublic",
              "status",
              "createdAt",
              "updatedAt",
              "version",
              "links"
            ])
            assert.deepStrictEqual(
              seen.links.map(({ linkType }) => linkType),
              ["github"]
            )
          }
          const manager = yield* holderOf("admin")
          for (const whole of [
            yield* as(ann.id)(users.getProfile({ user: ann.id })),
            yield* as(manager)(users.getProfile({ user: ann.id }))
          ]) {
            assert.strictEqual(whole.email, ann.email)
            assert.deepStrictEqual(
              whole.links.map(({ linkType }) => linkType),
              ["website", "github"]
            )
          }
          // What may not be seen answers exactly like what does not exist (KER-11).
          for (const asked of [hidden.id, hidden.username, someUser(), name(unique("nobody"))]) {
            const refusal = yield* Effect.flip(as(reader.id)(users.getProfile({ user: asked })))
            assert.deepStrictEqual({ ...refusal }, {
              _tag: "identity.profile_not_found",
              user: asked
            } as never)
          }
          const cards = yield* as(reader.id)(
            users.nameCards({ ids: [hidden.id, ann.id, someUser(), ann.id] })
          )
          assert.deepStrictEqual(
            cards.map(({ id }) => id),
            [ann.id]
          )
        })
    )

    it.effect(
      "an edit on another version is refused with the current one; of 16 at once one goes through (KER-23)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const { id } = yield* someone()
          const edits = Array.from({ length: 16 }, (_, n) =>
            codeOf(as(id)(users.updateProfile({ version: 1, bio: `bio ${n}` })))
          )
          const codes = yield* Effect.all(edits, racing)
          assert.deepStrictEqual(codes.filter((code) => code === "done").length, 1)
          assert.deepStrictEqual([...new Set(codes)].sort(), ["done", "kernel.stale_version"])
          const stale = yield* Effect.flip(as(id)(users.updateProfile({ version: 1, bio: "late" })))
          assert.deepStrictEqual({ ...stale }, { _tag: "kernel.stale_version", current: 2 } as never)
          const after = yield* as(id)(
            users.updateProfile({ version: 2, username: name(unique("renamed")), isPublic: true })
          )
          assert.strictEqual(after.version, 3)
        })
    )

    it.effect("links are kept in their order, all at once, under the profile's version (IDN-6)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        const { id } = yield* someone()
        const links = Array.from({ length: 10 }, (_, n) => ({
          linkType: "other" as const,
          url: `https://example.org/${9 - n}`,
          isPublic: n % 2 === 0,
          ...(n > 4 && { label: `Link ${n}` })
        }))
        yield* as(id)(users.setLinks({ version: 1, links }))
        assert.deepStrictEqual(yield* ProfileLinks.use((all) => all.list(id)), links)
        assert.strictEqual(
          yield* codeOf(as(id)(users.setLinks({ version: 1, links: [] }))),
          "kernel.stale_version"
        )
        yield* as(id)(users.setLinks({ version: 2, links: [...links].reverse() }))
        assert.deepStrictEqual((yield* as(id)(users.myProfile({}))).links, [...links].reverse())
        yield* as(id)(users.setLinks({ version: 3, links: [] }))
        assert.deepStrictEqual(yield* ProfileLinks.use((all) => all.list(id)), [])
      })
    )

    it.effect(
      "the list of users takes manage_users, finds by what a username or an address begins with, and pages once through (KER-24)",
      () =>
        Effect.gen(function* () {
          const users = yield* Users
          const manager = yield* holderOf("admin")
          const word = unique("needle").replace("_", "-")
          const made: Array<string> = []
          for (let n = 0; n < 7; n += 1) {
            const byName = n % 2 === 0
            const { username } = yield* someone({
              username: name(byName ? `${word}-${n}` : unique("hay")),
              email: mail(byName ? `${unique("hay")}@example.org` : `${word}-${n}@example.org`)
            })
            made.push(username)
          }
          // Letters that mean something to a pattern mean themselves.
          yield* someone({ username: name(unique("hay")), email: mail(`x${word}@example.org`) })
          const pages: Array<string> = []
          for (let cursor: string | undefined = undefined; ;) {
            const page: { readonly items: ReadonlyArray<Profile>; readonly next?: string } = yield* as(
              manager
            )(
              users.listUsers({
                search: word.toUpperCase(),
                limit: 3,
                ...(cursor !== undefined && { cursor })
              })
            )
            pages.push(...page.items.map(({ username }) => username as string))
            if (page.next === undefined) break
            cursor = page.next
          }
          assert.deepStrictEqual(pages, [...made].sort())
          for (const pattern of ["%", "_", `${word.slice(0, 3)}%`, "\\"]) {
            assert.lengthOf((yield* as(manager)(users.listUsers({ search: pattern }))).items, 0)
          }
          const [suspended] = made
          const { id } = yield* asService(users.getProfile({ user: name(suspended!) }))
          yield* asService(users.suspend({ userId: id, reason: "test" }))
          const filtered = yield* as(manager)(users.listUsers({ search: word, status: "suspended" }))
          assert.deepStrictEqual(
            filtered.items.map((one) => one.id),
            [id]
          )
          const { id: nobody } = yield* someone()
          const refusal = yield* Effect.flip(as(nobody)(users.listUsers({})))
          assert.deepStrictEqual({ ...refusal }, {
            _tag: "kernel.forbidden",
            permission: "manage_users"
          } as never)
          assert.strictEqual(yield* codeOf(asVisitor(users.listUsers({}))), "kernel.forbidden")
        })
    )

    it.effect("services and visitors have nothing of their own (KER-10)", () =>
      Effect.gen(function* () {
        const users = yield* Users
        for (const ask of each(
          users.myProfile({}),
          users.mySettings({}),
          users.myConsents({}),
          users.exportMyData({})
        )) {
          assert.strictEqual(yield* codeOf(asVisitor(ask)), "kernel.sign_in_required")
          assert.strictEqual(
            yield* codeOf(Effect.provideService(ask, CurrentActor, service("billing"))),
            "kernel.forbidden"
          )
        }
        assert.strictEqual(yield* codeOf(asVisitor(users.updateSettings({}))), "kernel.sign_in_required")
      })
    )
  })
