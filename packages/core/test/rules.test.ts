/** From a rule to its proof and back: docs/rules states every rule once, and tests name in their titles what they prove. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { useCases } from "../src/usecases.ts"
import { sourcesUnder, textOf } from "./house.ts"

/** Rules that no test of this repository can show, and who shows them instead. */
const unproved: Readonly<Record<string, string>> = {}

/** Rules that tests hold to already, though their text comes with later work (docs/rules/README.md). */
const ahead: Readonly<Record<string, string>> = {
  "MED-1": "assets are there for lessons to point to; how they are read and signed comes with media",
  "PRV-7": "events, logs and errors carry nothing personal; export and erase come with privacy"
}

const folder = new URL("../../../docs/rules/", import.meta.url).pathname
const id = /\b(?:KER|IDN|RBAC|CON|MED|ACC|OPS|PG|API|CLI|LRN|ASM|CRT|GAM|REF|PRV|COM|ORG|ANA|UI)-\d+\b/g

/** The rules that a text states, each under a heading of its own. */
const statedIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^## ([A-Z]+-\d+) \S/gm)].map(([, rule]) => rule!)
const stated = readdirSync(folder)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => statedIn(readFileSync(`${folder}${name}`, "utf8")))

/** The rules that the titles in a test file name: `"an entitlement ends … (ACC-1, ACC-2)"`. */
const namedIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)]
    .flatMap(([title]) => title.match(/\((?:[A-Z]+-\d+[^()]*)\)/g) ?? [])
    .flatMap((rules) => rules.match(id) ?? [])
const named = new Set(
  sourcesUnder("packages", "examples", "test")
    .filter((path) => /\.test\.ts$|\/(test|contract)\//.test(path) && !path.endsWith("/rules.test.ts"))
    .flatMap((path) => namedIn(textOf(path)))
)

/** Words of answers that the rules leave to us, by the field or the schema that has them. */
const ours = new Set([
  "Currency",
  "ImportOutcome.outcome",
  "ImportedItem.change",
  "ConsentDecision",
  "ScheduleName",
  "WebhookDeliveryStatus",
  "WebhookSubscription.disabledBecause",
  "GrantOutcome",
  "Delivery.status",
  "outbox.deliveries.status",
  "Evaluation.reason",
  "DeadEntitlement.problem",
  "TransitionName",
  "Settings.ui.density",
  "Settings.ui.theme",
  "Settings.notifications.digest",
  "SettingsPatch.ui.density",
  "SettingsPatch.ui.theme",
  "SettingsPatch.notifications.digest",
  "entitlements.grant.problem",
  "entitlements.renew.outcome",
  "courses.update.clear",
  "lessons.update.clear",
  "questions.update.clear",
  "assessments.update.clear"
])

interface JsonSchema {
  readonly enum?: ReadonlyArray<unknown>
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: ReadonlyArray<JsonSchema>
}

/** The enums in a schema, each by the path of names that leads to it. */
const enumsIn = (
  schema: JsonSchema,
  path: string
): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => [
  ...(schema.enum !== undefined && schema.enum.length > 1 ? [[path, schema.enum.map(String)] as const] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => enumsIn(inner, `${path}.${name}`)),
  ...(schema.items === undefined ? [] : enumsIn(schema.items, path)),
  ...(schema.anyOf ?? []).flatMap((inner) => enumsIn(inner, path))
]

const everyEnum = new Map(
  useCases
    .flatMap(({ operations }) => Object.values(operations))
    .flatMap(({ input, name, output }) =>
      [input, output].flatMap((codec: Schema.Codec<any, any>) => {
        const { definitions, schema } = Schema.toJsonSchemaDocument(Schema.toCodecJson(codec)) as unknown as {
          readonly schema: JsonSchema
          readonly definitions: Readonly<Record<string, JsonSchema>>
        }
        return [[name, schema] as const, ...Object.entries(definitions)].flatMap(([path, inner]) =>
          enumsIn(inner, path)
        )
      })
    )
)

describe("enums", () => {
  const pages = readdirSync(folder)
    .map((name) => readFileSync(`${folder}${name}`, "utf8"))
    .join("\n")
  const words = new Set(pages.match(/[A-Za-z][A-Za-z0-9_.:]*[A-Za-z0-9_]|[A-Za-z]/g))

  it("have no literal that the rules do not know (PG-2)", () => {
    assert.isAbove(everyEnum.size, 40)
    assert.deepStrictEqual(
      [...everyEnum]
        .filter(([path, literals]) => !ours.has(path) && literals.some((literal) => !words.has(literal)))
        .map(([path]) => path),
      []
    )
    assert.deepStrictEqual(
      [...ours].filter((path) => !everyEnum.has(path)),
      []
    )
  })
})

describe("rules", () => {
  it("are stated once each", () => {
    assert.isAbove(stated.length, 90)
    assert.deepStrictEqual(
      stated.filter((rule, index) => stated.indexOf(rule) !== index),
      []
    )
  })

  it("are each named by the title of a test that proves them", () => {
    assert.deepStrictEqual(
      stated.filter((rule) => !named.has(rule) && !(rule in unproved)),
      []
    )
    assert.deepStrictEqual(
      Object.keys(unproved).filter((rule) => named.has(rule) || !stated.includes(rule)),
      []
    )
  })

  it("are stated when a test says that it proves them", () => {
    assert.deepStrictEqual(
      [...named].filter((rule) => !stated.includes(rule) && !(rule in ahead)),
      []
    )
    assert.deepStrictEqual(
      Object.keys(ahead).filter((rule) => !named.has(rule) || stated.includes(rule)),
      []
    )
  })

  it("are seen where they are", () => {
    assert.deepStrictEqual(statedIn("# Rules\n\n## ACC-1 In force\n\nsee ACC-2\n\n## Files\n"), ["ACC-1"])
    assert.deepStrictEqual(
      namedIn('it("ends (ACC-1, ACC-2 and KER-2)", …)\nit(`goes on (API-7)`)\n// (ACC-3)'),
      ["ACC-1", "ACC-2", "KER-2", "API-7"]
    )
  })
})
