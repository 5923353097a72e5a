/** What a command prints: JSON for programs, tables and lines for people. */
import Table from "cli-table3"
import { Console, Effect } from "effect"
import { kebab } from "./names.ts"
import { Json } from "./settings.ts"

type Row = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Row =>
  value !== null && typeof value === "object" && !Array.isArray(value)

/** Text that people typed may hold what a terminal obeys: nothing of it reaches one. */
export const harmless = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, "\u{FFFD}")

const instant = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A value on one line; `2026-03-01T12:00:00.000Z` loses what nobody reads. */
const cell = (value: unknown): string => {
  if (value === undefined || value === null) return ""
  if (typeof value === "string") return harmless(value.replace(instant, "$1 $2Z"))
  if (Array.isArray(value)) return value.map(cell).join(", ")
  if (!isRecord(value)) return JSON.stringify(value) ?? ""
  return Object.entries(value)
    .map(([key, inner]) => `${kebab(key)} ${cell(inner)}`)
    .join(", ")
}

/** Columns of a list that names none: what is short and alike in all rows. */
const columnsOf = (rows: ReadonlyArray<Row>): ReadonlyArray<string> =>
  [...new Set(rows.flatMap(Object.keys))]
    .filter((key) => rows.every((row) => cell(row[key]).length <= 60))
    .slice(0, 7)

/** What a table may take where nobody looks at it through a terminal. */
const widthOfFiles = 160
const narrowest = 12

/** Ids and moments are of no use when they are cut; other text is. */
const isWhole = (texts: ReadonlyArray<string>): boolean =>
  texts.every((text) => text === "" || uuid.test(text) || /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/.test(text))

/** How wide each column becomes so that all fit: the widest give way first, the last ones go when none can. */
export const fit = (
  columns: ReadonlyArray<{ readonly width: number; readonly whole: boolean }>,
  total: number
): ReadonlyArray<number> => {
  const widths = columns.map(({ width }) => width)
  const border = 3
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width + border, 1) - total
    if (excess <= 0 || widths.length <= 1) return widths
    const [widest] = widths
      .map((width, index) => ({ width, index }))
      .filter(({ index, width }) => !columns[index]!.whole && width > narrowest)
      .sort((a, b) => b.width - a.width)
    if (widest === undefined) widths.pop()
    else widths[widest.index] = widest.width - 1
  }
}

const tableOf = (rows: ReadonlyArray<Row>, wanted: ReadonlyArray<string> = columnsOf(rows)): string => {
  const columns = wanted
    .map((key) => ({ key, texts: rows.map((row) => cell(row[key]).replaceAll(/\s+/gu, " ")) }))
    .filter(({ texts }) => texts.some((text) => text !== ""))
  const widths = fit(
    columns.map(({ key, texts }) => ({
      width: Math.max(kebab(key).length, ...texts.map((text) => text.length)),
      whole: isWhole(texts)
    })),
    process.stdout.columns ?? widthOfFiles
  )
  const shown = columns.slice(0, widths.length)
  const table = new Table({
    head: shown.map(({ key }) => kebab(key)),
    style: { head: [], border: [], compact: true },
    // Two of each are the spaces beside the text.
    colWidths: widths.map((width) => width + 2)
  })
  table.push(...rows.map((_, index) => shown.map(({ texts }) => texts[index] ?? "")))
  return table.toString()
}

const indented = (text: string): string => text.replaceAll(/^/gm, "  ").trimEnd()

/** The fields of a record, those of records in it among them: `notifications.by-email`. */
const fieldsOf = (record: Row, path = ""): ReadonlyArray<readonly [string, unknown]> =>
  Object.entries(record).flatMap(([key, value]) =>
    isRecord(value) && Object.keys(value).length > 0
      ? fieldsOf(value, `${path}${kebab(key)}.`)
      : [[`${path}${kebab(key)}`, value] as const]
  )

const isList = (value: unknown): value is ReadonlyArray<Row> =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord)

/** Rows as a table; where rows have rows of their own, as modules have lessons, a table below each. */
const listOf = (rows: ReadonlyArray<Row>): string => {
  const inner = [...new Set(rows.flatMap(Object.keys))].find((key) => rows.some((row) => isList(row[key])))
  if (inner === undefined) return tableOf(rows)
  return rows
    .map(({ [inner]: below, ...row }) => {
      const head = columnsOf([row]).map((key) => cell(row[key]))
      return [head.join("  "), ...(isList(below) ? [indented(tableOf(below))] : [])].join("\n")
    })
    .join("\n")
}

const linesOf = (record: Row): string => {
  const fields = fieldsOf(record)
  const width = Math.max(0, ...fields.map(([name]) => name.length))
  return fields
    .map(([name, value]) => {
      if (isList(value)) return `${name}\n${indented(listOf(value))}`
      const text = cell(value)
      return text.includes("\n") ? `${name}\n${indented(text)}` : `${name.padEnd(width + 3)}${text}`.trimEnd()
    })
    .join("\n")
}

const pageOf = (
  { items, next, ...rest }: { readonly items: ReadonlyArray<unknown>; readonly next?: string },
  columns?: ReadonlyArray<string>
) => {
  const rows = items.map((item) => (isRecord(item) ? item : { value: item }))
  return [
    ...(Object.keys(rest).length === 0 ? [] : [linesOf(rest)]),
    rows.length === 0 ? "Nothing." : tableOf(rows, columns),
    ...(next === undefined ? [] : [`More: --cursor ${next}`])
  ].join("\n")
}

/** An answer in its JSON form as text for people. */
export const humanText = (answer: unknown, columns?: ReadonlyArray<string>): string => {
  if (Array.isArray(answer)) return pageOf({ items: answer }, columns)
  if (!isRecord(answer)) return cell(answer)
  if (Array.isArray(answer["items"])) return pageOf(answer as never, columns)
  return Object.keys(answer).length === 0 ? "Done." : linesOf(answer)
}

/** Prints an answer as the `--json` flag wants it. */
export const print = (answer: unknown, columns?: ReadonlyArray<string>) =>
  Effect.flatMap(Json, (json) => Console.log(json ? JSON.stringify(answer) : humanText(answer, columns)))
