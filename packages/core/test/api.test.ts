/** The public surface as a golden file: what changes it is seen in a review. `vitest run -u` writes it anew. */
import { assert, describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { tellings } from "../src/tellings.ts"
import { useCases } from "../src/usecases.ts"
import { commandRefusals, queryRefusals } from "../src/shared/errors.ts"
import type { Operation, RefusalClass } from "../src/shared/operation.ts"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { root, textOf } from "./house.ts"
import { doors, exportsOf } from "./surface.ts"

interface JsonSchema {
  readonly type?: string
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: ReadonlyArray<string>
  readonly items?: JsonSchema
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly enum?: ReadonlyArray<unknown>
}

/** The fields of a schema on one line: `id title tags?`, `[id title]` for a list, `a b | a c` for either. */
const fieldsOf = (codec: Schema.Codec<any, any>): string => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(Schema.toCodecJson(codec)) as unknown as {
    readonly schema: JsonSchema
    readonly definitions: Readonly<Record<string, JsonSchema>>
  }
  const line = ({ $ref, anyOf, items, properties, required, type }: JsonSchema): string => {
    if ($ref !== undefined) return line(definitions[$ref.split("/").at(-1)!] ?? {})
    if (anyOf !== undefined) return [...new Set(anyOf.map(line))].join(" | ")
    if (type === "array") return `[${line(items ?? {})}]`
    if (properties === undefined) return type ?? "anything"
    return Object.entries(properties)
      .map(([name, inner]) => {
        const rows = name === "items" && inner.type === "array" ? ` ${line(inner)}` : ""
        return `${name}${required?.includes(name) === true ? "" : "?"}${rows}`
      })
      .join(" ")
  }
  return line(schema) || "nothing"
}

/** The stable code of a refusal: the one literal of its tag. */
const codeOf = (refusal: RefusalClass): string => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(Schema.toCodecJson(refusal)) as unknown as {
    readonly schema: JsonSchema
    readonly definitions: Readonly<Record<string, JsonSchema>>
  }
  const whole = schema.$ref === undefined ? schema : definitions[schema.$ref.split("/").at(-1)!]
  return String(whole?.properties?.["_tag"]?.enum?.[0])
}

/** Contexts whose refusals are written down before their use cases are there. */
const underway = /^(assessments|certificates|learning)\./

const everyOperation = useCases.flatMap(({ operations }): ReadonlyArray<Operation> =>
  Object.values(operations)
)

const told = (operation: Operation): string =>
  [
    `${operation.name} (${operation.kind})`,
    `  takes    ${fieldsOf(operation.input)}`,
    `  answers  ${fieldsOf(operation.output)}`,
    ...(operation.refusals.length === 0
      ? []
      : [`  refuses  ${operation.refusals.map(codeOf).toSorted().join(" ")}`])
  ].join("\n")

const surface = (): string => {
  const names = doors().map(({ address, path }) =>
    [
      address,
      ...[...exportsOf(path)]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, kinds]) => `  ${name}: ${[...kinds].toSorted().join(", ")}`)
    ].join("\n")
  )
  return [
    "# What packages offer",
    ...names,
    "# Use cases",
    `any command may refuse with ${commandRefusals.map(codeOf).toSorted().join(" ")}`,
    `any query may refuse with ${queryRefusals.map(codeOf).toSorted().join(" ")}`,
    ...everyOperation.map(told),
    ""
  ].join("\n\n")
}

describe("the public surface", () => {
  it("is the golden file, complete (API-7)", () => expect(surface()).toMatchFileSnapshot("api.golden.txt"))

  it("is read off the sources as modules have it when they run", async () => {
    const core = doors().filter(
      ({ address }) => address.startsWith("@lyceum/core") && !address.endsWith("contract")
    )
    assert.isAbove(core.length, 20)
    for (const { address, path } of core) {
      const values = [...exportsOf(path)]
        .filter(([, kinds]) => [...kinds].some((kind) => kind !== "type" && kind !== "interface"))
        .map(([name]) => name)
      const module = (await import(/* @vite-ignore */ `../../../${path}`)) as object
      assert.deepStrictEqual(values.toSorted(), Object.keys(module).toSorted(), address)
    }
  })

  it("is what the README and the documents import", () => {
    const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter(
      (path) => path.endsWith(".md")
    )
    const imports = pages.flatMap((page) =>
      [...textOf(page).matchAll(/^import (?:type )?\{([^}]*)\} from "(@lyceum\/[^"]+)"/gm)].map(
        ([, names, address]) => ({
          page,
          address: address!,
          names: names!.split(",").map((name) => name.trim().replace(/^type /, ""))
        })
      )
    )
    assert.isNotEmpty(imports)
    for (const { address, names, page } of imports) {
      const door = doors().find((one) => one.address === address)
      assert.isDefined(door, `${page}: ${address}`)
      for (const name of names)
        assert.isTrue(exportsOf(door!.path).has(name), `${page}: ${name} of ${address}`)
    }
  })

  it("has a sentence for every code that a use case refuses with, and none for others (KER-12)", () => {
    const codes = new Set(
      [...commandRefusals, ...queryRefusals, ...everyOperation.flatMap(({ refusals }) => [...refusals])].map(
        codeOf
      )
    )
    assert.isAbove(codes.size, 30)
    assert.deepStrictEqual(
      [...codes].filter((code) => !(code in tellings)),
      []
    )
    assert.deepStrictEqual(
      Object.keys(tellings).filter((code) => !codes.has(code) && !underway.test(code)),
      []
    )
  })
})
