/** What a command prints: JSON for programs, tables and lines for people. */
import Table from "cli-table3"
import { Console, Effect } from "effect"
import { kebab } from "./names.ts"
import { Json } from "./settings.ts"

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value)

const cell = (value: unknown): string => {
  if (value === undefined) return ""
  if (typeof value === "string") return value
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ")
  return JSON.stringify(value)
}

/** Columns worth a terminal's width: what is short and alike in all rows. */
const columnsOf = (rows: ReadonlyArray<Readonly<Record<string, unknown>>>): ReadonlyArray<string> =>
  [...new Set(rows.flatMap(Object.keys))]
    .filter((key) => rows.every((row) => cell(row[key]).length <= 60))
    .slice(0, 7)

const tableOf = (
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
  columns = columnsOf(rows)
): string => {
  const table = new Table({ head: columns.map(kebab), style: { head: [], border: [] } })
  table.push(...rows.map((row) => columns.map((column) => cell(row[column]))))
  return table.toString()
}

const linesOf = (record: Readonly<Record<string, unknown>>): string => {
  const width = Math.max(0, ...Object.keys(record).map((key) => key.length))
  return Object.entries(record)
    .map(([key, value]) => `${kebab(key).padEnd(width + 3)}${cell(value)}`)
    .join("\n")
}

const pageOf = (
  page: { readonly items: ReadonlyArray<unknown>; readonly next?: unknown },
  columns?: ReadonlyArray<string>
) => {
  const rows = page.items.map((item) => (isRecord(item) ? item : { value: item }))
  const body = rows.length === 0 ? "Nothing." : tableOf(rows, columns)
  return page.next === undefined ? body : `${body}\nMore: --cursor ${String(page.next)}`
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
