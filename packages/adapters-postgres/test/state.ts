/** The whole state of PostgreSQL in the form that memory keeps it in, so that the two can be compared row by row. */
import { Effect, String as Text } from "effect"
import { SqlClient } from "effect/sql"

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value)
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/

/** PostgreSQL writes `+00:00` and as many digits as it needs; the models write `Z` and milliseconds. */
const alike = (value: unknown): unknown => {
  if (typeof value === "string") return timestamp.test(value) ? new Date(value).toISOString() : value
  if (Array.isArray(value)) return value.map(alike)
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, alike(one)]))
    : value
}

const ordered = (value: unknown): unknown =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, one]) => [name, ordered(one)])
      )
    : Array.isArray(value)
      ? value.map(ordered)
      : value

/** Columns that are called as in the source, where the model has a shorter word. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "util.feature_flags": {
    flagKey: "key",
    flagDescription: "description",
    isEnabled: "enabled",
    flagType: "type",
    flagValue: "value"
  },
  "content.courses": { estimatedDuration: "estimatedMinutes" },
  "content.lessons": { estimatedDuration: "estimatedMinutes" },
  "util.event_outbox": { eventName: "name", eventVersion: "version", occurredAt: "at", eventKey: "key" }
}

/** Columns that hold the id of what memory names by its key. */
const tierByKey =
  "to_jsonb(t) || jsonb_build_object('required_tier', (select tier_key from access.tiers where id = t.required_tier_id))"
const readAs: Readonly<Record<string, string>> = {
  "access.course_access_rules": tierByKey,
  "access.lesson_access_overrides": tierByKey
}

/** Fields that one store keeps in the row and the other elsewhere; use cases compare them. */
const elsewhere: Readonly<Record<string, ReadonlyArray<string>>> = {
  "assessments.assessments": ["scope"],
  "content.tags": ["usageCount"],
  "content.courses": ["tags"]
}

const rowText = (row: Json, fields: ReadonlySet<string>): string =>
  JSON.stringify(
    ordered(
      Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null && fields.has(name)))
    )
  )

/**
 * Memory's entries beside PostgreSQL's rows, both reduced to the fields that memory keeps: PostgreSQL has columns of its own
 * (positions, search texts). Tables that the two shape differently are left out by name, with the reason.
 */
export const bothStates = Effect.fnUntraced(function* (
  memory: Readonly<Record<string, Readonly<Record<string, string>>>>,
  leftOut: Readonly<Record<string, string>>
) {
  const sql = yield* SqlClient.SqlClient
  const states = {
    memory: {} as Record<string, ReadonlyArray<string>>,
    postgres: {} as Record<string, ReadonlyArray<string>>
  }
  for (const [name, entries] of Object.entries(memory)) {
    if (name in leftOut) continue
    const kept = Object.values(entries).map((text) => JSON.parse(text) as Json)
    const fields = new Set(
      kept.flatMap(Object.keys).filter((field) => elsewhere[name]?.includes(field) !== true)
    )
    const rows = yield* sql<{
      row: Json
    }>`select ${sql.literal(readAs[name] ?? "to_jsonb(t)")} as row from ${sql.literal(name)} t`
    const named = rows.map(({ row }) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => {
          const field = Text.snakeToCamel(column)
          return [renamed[name]?.[field] ?? field, alike(value)]
        })
      )
    )
    states.memory[name] = kept.map((row) => rowText(row, fields)).sort()
    states.postgres[name] = named.map((row) => rowText(row, fields)).sort()
  }
  return states
})
