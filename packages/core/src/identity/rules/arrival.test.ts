import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { UserId } from "../../shared/id.ts"
import { NewProfile } from "../model/profile.ts"
import { isReserved, Username } from "../names.ts"
import { fromClaims, usernameCandidates } from "./arrival.ts"

const id = UserId.make("01890a5d-ac96-774b-bcce-b302099a8057")
const first = (email?: string, displayName?: string) =>
  usernameCandidates({ id, email, displayName })[0] as string

describe("a person of whom little is known", () => {
  it("is called by the e-mail address, else by the display name, else by the id (IDN-8)", () => {
    assert.strictEqual(first("ann@example.org", "Zoë"), "ann")
    assert.strictEqual(first("Ann.B+news@example.org"), "ann-b")
    assert.strictEqual(first("éloïse@example.org"), "eloise")
    assert.strictEqual(first("__ann__@example.org"), "ann")
    assert.strictEqual(first(`${"a".repeat(29)}-b@example.org`), "a".repeat(29))
    // Too short, reserved, or without letters: the next source is asked.
    assert.strictEqual(first("a@example.org", "Ann B"), "ann-b")
    assert.strictEqual(first("admin@example.org", "Ann B"), "ann-b")
    assert.strictEqual(first("日本@example.org"), "user-099a8057")
    assert.strictEqual(first(), "user-099a8057")
  })

  it("has names to try that are all spelled right, the last ones made of the id alone (IDN-8)", () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
        fc.string({ unit: "grapheme" }),
        (uuid, email, displayName) => {
          const candidates = usernameCandidates({ id: UserId.make(uuid.toLowerCase()), email, displayName })
          assert.isTrue(candidates.every(Schema.is(Username)))
          assert.isTrue(candidates.slice(0, -2).every((name) => !isReserved(name)))
          // Nobody can choose them, so nobody can sit on them.
          assert.isTrue(candidates.slice(-2).every(isReserved))
          assert.deepStrictEqual(
            candidates.slice(-2),
            usernameCandidates({ id: UserId.make(uuid.toLowerCase()) })
          )
        }
      ),
      { numRuns: 500 }
    )
  })

  it("brings from the token what is well formed, and is never refused for the rest (IDN-8)", () => {
    assert.deepStrictEqual(
      fromClaims(id, { email: "Ann@Example.org", displayName: " Ann\n  B ", locale: "fr-CA" }),
      {
        id,
        email: "ann@example.org",
        displayName: "Ann B",
        locale: "fr-CA"
      } as never
    )
    assert.deepStrictEqual(fromClaims(id, { email: "nonsense", displayName: " \t ", locale: "francais" }), {
      id
    })
    assert.deepStrictEqual(fromClaims(id, {}), { id })
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: "grapheme", maxLength: 200 })
    )
    fc.assert(
      fc.property(text, text, text, (email, displayName, locale) => {
        const given = fromClaims(id, { email, displayName, locale })
        assert.isTrue(Schema.is(Schema.toType(NewProfile))(given), JSON.stringify(given))
      }),
      { numRuns: 1000 }
    )
  })
})
