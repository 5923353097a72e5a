/** What the database itself keeps as it was written, whoever asks, and what it tells of its indexes. Source: PG-3, PG-12, KER-26. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { ownersDatabase } from "./database.ts"

const item = "00000000-0000-7000-8000-000000000001"

/** What a statement is refused with. */
const refusalOf = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.match(sql.withTransaction(sql.unsafe(statement)), {
      onSuccess: () => "done",
      onFailure: ({ reason: { cause } }) => (cause instanceof Error ? cause.message : String(cause))
    })
  )

layer(ownersDatabase)("the database", (it) => {
  it.effect("refuses UPDATE, DELETE and TRUNCATE on the audit trail, also for the owner (PG-3, KER-26)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        insert into util.event_outbox
          (id, event_name, event_version, occurred_at, actor, actor_name, event_key, subjects, subject_ids, payload)
        values (${item}::uuid, 'test.happened', 1, util.now(), '{}', 'test', 'k', '{}', '{}', '{}')`
      for (const act of [
        "update util.event_outbox set payload = '{}'",
        "update util.event_outbox set updated_at = util.now()",
        "delete from util.event_outbox",
        "truncate util.event_outbox cascade"
      ]) {
        assert.match(
          yield* refusalOf(act),
          /^(update|delete|truncate) of util\.event_outbox is refused: it is append-only$/,
          act
        )
      }
      assert.lengthOf(yield* sql`select from util.event_outbox where id = ${item}::uuid`, 1)
    })
  )

  it.effect("refuses to rewrite the history of a workflow, which goes only with its item (PG-3)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        insert into content.workflow_history
          (item_type, item_id, version, is_revision, transition_name, from_status, to_status, actor, occurred_at)
        select 'lesson', ${item}::uuid, 1, false, (enum_range(null::content.transition_name))[1], 'draft', 'in_review',
          '{}', util.now()`
      assert.strictEqual(
        yield* refusalOf("update content.workflow_history set comment = 'other'"),
        "update of content.workflow_history is refused: it is append-only"
      )
      assert.strictEqual(
        yield* refusalOf(`delete from content.workflow_history where item_id = '${item}'`),
        "done"
      )
    })
  )

  it.effect("tells how often each index of ours is used (PG-12)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const missing = yield* sql`
        select indexrelname from pg_stat_user_indexes i
        where not exists (select from util.index_usage u
          where u.schema_name = i.schemaname and u.table_name = i.relname and u.index_name = i.indexrelname)`
      assert.deepStrictEqual(missing, [])
      const [usage] = yield* sql<{ scans: unknown; size_bytes: unknown }>`
        select * from util.index_usage where index_name = 'event_outbox_pkey'`
      assert.isAtLeast(Number(usage?.scans), 0)
      assert.isAbove(Number(usage?.size_bytes), 0)
    })
  )
})
