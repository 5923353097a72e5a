/** What the database itself refuses about people and roles, whoever asks. Source: RBAC-5, RBAC-6, IDN-1, IDN-5, IDN-6, IDN-7. */
import { assert, layer } from "@effect/vitest"
import { ConsentDecision, ConsentType, LinkType, ProfileStatus } from "@lyceum/core/identity"
import { GrantOperation } from "@lyceum/core/rbac"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { constraintOf } from "../src/table.ts"
import { ownersDatabase } from "./database.ts"

const user = "00000000-0000-4000-8000-000000000001"
const moderator = "00000000-0000-7000-8000-000000000030"

/** What a statement is refused with: the name of a constraint, or the message. */
const refusalOf = (statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.match(sql.withTransaction(sql.unsafe(statement)), {
      onSuccess: () => "done",
      onFailure: (error) => {
        const { cause } = error.reason
        return constraintOf(error) ?? (cause instanceof Error ? cause.message : error.message)
      }
    })
  )
const profile = (columns: Readonly<Record<string, string>>) => {
  const row: Record<string, string> = {
    id: "gen_random_uuid()",
    username: "'someone'",
    display_name: "'Someone'",
    ...columns
  }
  return refusalOf(
    `insert into public.profiles (${Object.keys(row).join()}) values (${Object.values(row).join()})`
  )
}

layer(ownersDatabase)("the database", (it) => {
  it.effect("refuses UPDATE, DELETE and TRUNCATE on the log of grants, also for the owner (RBAC-5)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`insert into public.profiles (id, username, display_name) values (${user}::uuid, 'log-reader', 'Ann')`
      yield* sql`
        insert into rbac.role_grants_log (id, user_id, role_id, operation, performed_by_service, created_at)
        values (${user}::uuid, ${user}::uuid, ${moderator}::uuid, 'GRANT', 'test', util.now())`
      for (const act of [
        "update rbac.role_grants_log set reason = 'other'",
        "update rbac.role_grants_log set updated_at = util.now()",
        "delete from rbac.role_grants_log",
        "truncate rbac.role_grants_log"
      ]) {
        assert.match(
          yield* refusalOf(act),
          /^(update|delete|truncate) of rbac\.role_grants_log is refused: it is append-only$/,
          act
        )
      }
      // Neither who was granted a role nor the role can go while the log rests on them.
      assert.strictEqual(
        yield* refusalOf(`delete from public.profiles where id = '${user}'`),
        "role_grants_log_user_fkey"
      )
      const [{ count } = { count: 0 }] = yield* sql<{
        count: number
      }>`select count(*)::int4 as count from rbac.role_grants_log`
      assert.strictEqual(count, 1)
    })
  )

  it.effect(
    "refuses a line of the log that says neither who did it nor when it can be replayed (RBAC-5)",
    () =>
      Effect.gen(function* () {
        const line = (columns: string, values: string) =>
          refusalOf(`insert into rbac.role_grants_log (id, user_id, role_id, created_at, ${columns})
          values (gen_random_uuid(), '${user}', '${moderator}', util.now(), ${values})`)
        assert.strictEqual(yield* line("operation", "'GRANT'"), "role_grants_log_one_performer")
        assert.strictEqual(
          yield* line("operation, performed_by_service, expires_at", "'REVOKE', 'x', util.now()"),
          "role_grants_log_only_grants_expire"
        )
      })
  )

  it.effect("refuses to delete, rename or demote a system role (RBAC-6)", () =>
    Effect.gen(function* () {
      for (const act of [
        "update rbac.roles set role_name = 'boss' where role_name = 'admin'",
        "update rbac.roles set is_system = false where role_name = 'visitor'",
        "delete from rbac.roles where role_name = 'member'"
      ]) {
        assert.match(yield* refusalOf(act), /is part of the system/, act)
      }
      const deleted = yield* refusalOf(
        "update rbac.roles set deleted_at = util.now() where role_name = 'moderator'"
      )
      assert.strictEqual(deleted, "roles_system_stays")
      assert.strictEqual(
        yield* refusalOf("update rbac.roles set description = 'Boss' where role_name = 'admin'"),
        "done"
      )
    })
  )

  it.effect("counts the permissions of each role right (RBAC-6)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const wrong = yield* sql`
        select role_name from rbac.roles r
        where permissions_count <> (select count(*) from rbac.role_permissions p where p.role_id = r.id)`
      assert.deepStrictEqual(wrong, [])
    })
  )

  it.effect("refuses to change the history of consents (IDN-5)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* sql`
        insert into public.profiles (id, username, display_name) values
          ('00000000-0000-4000-8000-000000000002', 'consenting', 'Ben')`
      const append = (entry: number) => `
        insert into public.user_consents (id, user_id, entry_no, consent_type, decision, document_version, decided_at, source)
        values (gen_random_uuid(), '00000000-0000-4000-8000-000000000002', ${entry}, 'terms', 'granted', '1', util.now(), 'test')`
      assert.strictEqual(yield* refusalOf(append(1)), "done")
      assert.strictEqual(yield* refusalOf(append(1)), "user_consents_entry_key")
      for (const act of [
        "update public.user_consents set decision = 'declined'",
        "delete from public.user_consents",
        "truncate public.user_consents"
      ]) {
        assert.match(yield* refusalOf(act), /public\.user_consents is refused: it is append-only$/, act)
      }
    })
  )

  it.effect("refuses profiles that no rule allows (IDN-1, IDN-7)", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* profile({ username: "'ab'" }), "profiles_username_spelled")
      assert.strictEqual(yield* profile({ username: "'Ann'" }), "profiles_username_spelled")
      assert.strictEqual(yield* profile({ email: "'Ann@example.org'" }), "profiles_email_lower_case")
      assert.strictEqual(yield* profile({ display_name: "''" }), "profiles_display_name_bounded")
      assert.strictEqual(yield* profile({ bio: "repeat('x', 501)" }), "profiles_bio_bounded")
      assert.strictEqual(yield* profile({ status: "'deleted'" }), "profiles_deleted_at_agrees")
      assert.strictEqual(yield* profile({ deleted_at: "util.now()" }), "profiles_deleted_at_agrees")
      assert.strictEqual(yield* profile({ username: "'ann-1'", email: "'ann@example.org'" }), "done")
      assert.strictEqual(yield* profile({ username: "'ann-1'" }), "profiles_username_key")
      assert.strictEqual(
        yield* profile({ username: "'ann-2'", email: "'ann@example.org'" }),
        "profiles_email_key"
      )
    })
  )

  it.effect("keeps at most ten links of a profile, in an order (IDN-6)", () =>
    Effect.gen(function* () {
      const link = (order: number) =>
        refusalOf(`insert into public.profile_links (id, user_id, link_type, url, sort_order, is_public)
          values (gen_random_uuid(), '${user}', 'other', 'https://example.org', ${order}, true)`)
      for (let order = 1; order <= 10; order += 1) assert.strictEqual(yield* link(order), "done")
      assert.strictEqual(yield* link(11), "profile_links_at_most_ten")
      assert.strictEqual(yield* link(0), "profile_links_at_most_ten")
      assert.strictEqual(yield* link(5), "profile_links_order_key")
    })
  )

  it.effect("has enums with exactly the literals of the core (PG-2)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const [name, literals] of [
        ["public.profile_status", ProfileStatus.literals],
        ["public.consent_type", ConsentType.literals],
        ["public.consent_decision", ConsentDecision.literals],
        ["public.link_type", LinkType.literals],
        ["rbac.grant_operation", GrantOperation.literals]
      ] as const) {
        const rows = yield* sql<{ enumlabel: string }>`
          select enumlabel::text from pg_enum where enumtypid = ${name}::regtype order by enumsortorder`
        assert.deepStrictEqual(
          rows.map(({ enumlabel }) => enumlabel),
          [...literals],
          name
        )
      }
    })
  )
})
