import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import * as fc from "fast-check"
import { service, type Standing, standingWithoutAccount, user } from "../shared/actor.ts"
import { UserId } from "../shared/id.ts"
import { AssetId } from "./model.ts"
import { assetOfLink, describe as described, linkOf, mayManage, relinked, type VideoLink } from "./rules.ts"

const [ann, ben] = ["1", "2"].map((n) => UserId.make(`00000000-0000-4000-8000-00000000000${n}`)) as [
  UserId,
  UserId
]
const id = AssetId.make("00000000-0000-7000-8000-000000000001")
const now = DateTime.makeUnsafe("2026-05-01T12:00:00.000Z")
const someone = (
  who: UserId,
  held: ReadonlyArray<"media.manage">,
  scoped: ReadonlyArray<"media.manage"> = []
): Standing => ({
  actor: user(who),
  status: "active",
  roles: new Set(["member"]),
  permissions: new Set(held),
  onOwnCourses: new Set(scoped)
})

const anyLink: fc.Arbitrary<VideoLink> = fc.record(
  {
    provider: fc.constantFrom("vimeo" as const, "youtube" as const, "s3" as const),
    externalId: fc.string({ minLength: 1 }),
    url: fc.constantFrom("https://example.org/a", "https://example.org/b"),
    durationSeconds: fc.nat(10_000)
  },
  { requiredKeys: ["provider", "externalId"] }
)
const assetOf = (link: VideoLink, who = ann) =>
  described(assetOfLink(link), { id, me: someone(who, []), now }).state

describe("an asset", () => {
  it("that lies with its provider is ready, one that is to be uploaded pending; nobody has seen it yet", () => {
    const input = {
      externalProvider: "s3",
      externalId: "a",
      assetType: "video",
      accessLevel: "public"
    } as const
    const { events, state } = described(input, { id, me: someone(ann, []), now })
    assert.deepInclude(state, {
      ...input,
      uploadStatus: "ready",
      viewCount: 0,
      uploadedBy: ann,
      createdAt: now
    })
    assert.deepStrictEqual(
      events.map(({ name }) => name),
      ["media.asset_created"]
    )
    assert.strictEqual(
      described({ ...input, uploadStatus: "pending" }, { id, me: someone(ann, []), now }).state.uploadStatus,
      "pending"
    )
    assert.notProperty(
      described(input, { id, me: standingWithoutAccount(service("import")), now }).state,
      "uploadedBy"
    )
  })

  it("of a course file's video says what the file said, and is read through its lessons (CON-12)", () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        assert.deepStrictEqual(linkOf(assetOf(link)), link)
        assert.strictEqual(assetOf(link).accessLevel, "course_access")
        assert.isUndefined(relinked(assetOf(link), link, now))
      })
    )
  })

  it("takes from a link what is new in it, and keeps the rest (CON-12)", () => {
    fc.assert(
      fc.property(anyLink, anyLink, (before, link) => {
        const asset = assetOf(before)
        const next = relinked(
          asset,
          { ...link, provider: before.provider, externalId: before.externalId },
          now
        )
        const after = linkOf(next?.state ?? asset)
        assert.strictEqual(after.url, link.url ?? before.url)
        assert.strictEqual(after.durationSeconds, link.durationSeconds ?? before.durationSeconds)
        assert.strictEqual(
          next === undefined,
          after.url === before.url && after.durationSeconds === before.durationSeconds
        )
      })
    )
  })

  it("is managed with media.manage, or by whoever brought it in and holds it on own courses (KER-10)", () => {
    const asset = assetOf({ provider: "s3", externalId: "a" })
    assert.isTrue(mayManage(someone(ben, ["media.manage"]), asset))
    assert.isTrue(mayManage(someone(ann, [], ["media.manage"]), asset))
    assert.isFalse(mayManage(someone(ben, [], ["media.manage"]), asset))
    assert.isFalse(mayManage(someone(ann, []), asset))
    const { uploadedBy: _, ...nobodys } = asset
    assert.isFalse(mayManage(someone(ann, [], ["media.manage"]), nobodys as typeof asset))
    assert.isTrue(mayManage(standingWithoutAccount(service("import")), asset))
  })
})
