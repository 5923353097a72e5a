/** The table of security is whole, the migrations carry it, and the catalogs break no lint. Source: PG-6, PG-7, PG-11. */
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { readdirSync, readFileSync } from "node:fs"
import { bundledMigrations } from "../../src/migrations.ts"
import { lints } from "../../src/security/lints.ts"
import {
  allSecurity,
  functionSecurity,
  schemaSecurity,
  tableSecurity,
  viewSecurity
} from "../../src/security/render.ts"
import { roleNames, rolesMigration } from "../../src/security/roles.ts"
import { functions, schemas, views } from "../../src/security/callers.ts"
import { impersonalColumns } from "../../src/security/privacy.ts"
import { guarded } from "../../src/security/tables.ts"
import { statements } from "../../src/statements.ts"
import { ownersDatabase } from "../database.ts"
import { callable, guards, ourSchemas, privileges } from "./matrix.ts"

const undone = Effect.fnUntraced(function* <A, E, R>(body: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  let answer: { readonly value: A } | undefined
  const exit = yield* Effect.exit(
    sql.withTransaction(
      Effect.flatMap(body, (value) => {
        answer = { value }
        return Effect.die("undone")
      })
    )
  )
  return answer === undefined ? yield* exit : answer.value
})

const snapshot = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const policies = yield* sql`select * from pg_policies order by schemaname, tablename, policyname`
  return { policies, guards: yield* guards, privileges: yield* privileges, callable: yield* callable }
})

const todo = (name: string) =>
  `${name} has no entry in packages/adapters-postgres/src/security/tables.ts: say there who sees which of its rows and columns, ` +
  `what of it is personal, then end its migration with what \`node packages/adapters-postgres/src/security/print.ts ${name}\` prints.`

/** Faults that each lint must find, on things made for it. */
const faults: Readonly<Record<string, string>> = {
  L01: "create table util.fault (id int primary key)",
  L02: "alter table util.jobs no force row level security",
  L03: `create table util.fault (id int primary key) partition by range (id);
    create table util.fault_1 partition of util.fault for values from (1) to (2); grant select on util.fault_1 to authenticated`,
  L04: "grant truncate on util.jobs to service_role",
  L05: "grant select on util.jobs to authenticated",
  L06: "create policy fault on util.jobs for select using (true)",
  L07: "create policy fault on util.jobs for select to authenticated using (rbac.has_permission('x'))",
  L08: "create policy fault on util.jobs for insert to authenticated with check (true)",
  L09: "create function util.fault() returns int language sql security definer as 'select 1'",
  L10: "create function util.fault() returns int language sql set search_path = 'public' as 'select 1'",
  L11: "create function util.fault() returns int language sql security definer set search_path = '' as 'select 1'",
  L12: "create function util.fault() returns int language sql set search_path = '' as 'select 1'; grant execute on function util.fault() to public",
  L13: "grant execute on function rbac.has_role(text) to anon",
  L14: "create view util.fault as select 1 as one",
  L15: "create materialized view util.fault as select 1 as one; grant select on util.fault to authenticated",
  L16: "create table util.fault (id int)",
  L17: "create table util.fault (id int primary key, job uuid references util.jobs (id))",
  L18: "alter role service_role bypassrls",
  L19: "grant service_role to lyceum_api",
  L20: `create table util.fault (id int primary key, user_id uuid);
    create policy fault on util.fault for select to authenticated using (user_id = (select auth.uid()))`,
  L21: "grant create on schema util to authenticated",
  L22: "create table util.fault (id int primary key, at timestamp)",
  L23: "create table util.fault (id int primary key, price float8)",
  L24: "create table util.fault (id int primary key, teacher uuid references public.profiles (id))",
  L25: "alter table public.profile_links add column motto text",
  L26: `create function util.fault() returns bool language sql set search_path = '' as 'select true';
    create policy fault on util.jobs for select to authenticated using ((select util.fault()))`,
  L27: `create function content.fault() returns bigint language sql stable set search_path = '' as 'select count(*) from content.courses';
    grant execute on function content.fault() to authenticated`,
  L28: `create view content.fault with (security_invoker = true) as select category, count(*) from content.courses group by 1;
    grant select on content.fault to authenticated`
}
/** Others that these lints must find as well. */
const furtherFaults: ReadonlyArray<readonly [lint: string, fault: string]> = [
  ["L24", "create table util.fault (id int primary key, approved_by text)"],
  ["L24", "alter table util.jobs add column user_id uuid"],
  ["L25", "alter table util.jobs add column notes text[]"],
  ["L25", "alter table public.user_consents add column address inet"],
  ["L25", "alter table public.user_settings add column more jsonb"],
  [
    "L28",
    `create view content.fault with (security_invoker = true) as select id from content.lessons limit 5;
     grant select on content.fault to anon`
  ]
]

it.layer(ownersDatabase, { excludeTestServices: true, timeout: "120 seconds" })("The catalogs", (it) => {
  it.effect("have an entry in the table of security for every table, view and function (PG-7, PG-8)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const found = yield* sql<{ kind: string; name: string }>`
        select c.relkind::text as kind, n.nspname || '.' || c.relname as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v') and not c.relispartition and n.nspname = any (${ourSchemas}::text[]) order by 2`
      for (const { kind, name } of found) assert.isTrue(name in (kind === "v" ? views : guarded), todo(name))
      const tables = found.filter(({ kind }) => kind !== "v").map(({ name }) => name)
      assert.deepStrictEqual(
        Object.keys(guarded).filter((name) => !tables.includes(name)),
        [],
        "gone from the database"
      )
      // Named with their schema, whatever the session's search path is.
      const calls = yield* sql<{ name: string }>`
        select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = any (${[...ourSchemas, "auth"]}::text[])
          and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`
      const bare = (name: string) => name.replace(/\b[a-z_]+ (uuid|text|boolean)\b/g, "$1")
      assert.deepStrictEqual(
        calls
          .map(({ name }) => bare(name))
          .filter((name) => !(name in functions))
          .map(todo),
        []
      )
    })
  )

  it.effect("have the columns that are registered for privacy or withheld (PG-8, PG-11)", () =>
    Effect.gen(function* () {
      const known = new Set((yield* privileges).map(({ col, tab }) => `${tab}.${col}`))
      const gone = Object.entries(guarded).flatMap(([tab, { personal, withheld }]) =>
        [...(personal === "none" ? [] : personal), ...(withheld === "all" ? [] : withheld)]
          .map((col) => `${tab}.${col}`)
          .filter((name) => !known.has(name))
      )
      assert.deepStrictEqual(gone, [], "are named in src/security/tables.ts, and there is no such column")
      const listed = Array.from(
        impersonalColumns.matchAll(/'([^']+)', '([^']+)'/g),
        ([, tab, col]) => `${tab}.${col}`
      )
      assert.deepStrictEqual(
        listed.filter((name) => !known.has(name)),
        [],
        "are named in src/security/privacy.ts, and there is no such column"
      )
    })
  )

  it.effect("are as the table of security says: applying it once more changes nothing (PG-7, PG-8)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const before = yield* snapshot
      const after = yield* undone(
        Effect.andThen(
          Effect.forEach(statements(allSecurity()), (statement) => sql.unsafe(statement).unprepared, {
            discard: true
          }),
          snapshot
        )
      )
      assert.deepStrictEqual(
        after,
        before,
        "a migration must carry the change: src/security/print.ts prints it"
      )
    })
  )

  it("are written from it: each entry stands in a migration as it is printed (PG-6, PG-7)", () => {
    const files = readdirSync(bundledMigrations).map((name) =>
      readFileSync(`${bundledMigrations}/${name}`, "utf8")
    )
    assert.isTrue(files.includes(rolesMigration()), "the roles: src/security/print.ts roles")
    const printed = [
      ...Object.keys(schemas).map((name) => [name, schemaSecurity(name)] as const),
      ...Object.keys(guarded).map((name) => [name, tableSecurity(name)] as const),
      ...Object.keys(views).map((name) => [name, viewSecurity(name)] as const),
      ...Object.keys(functions).map((name) => [name, functionSecurity(name)] as const)
    ]
    assert.deepStrictEqual(
      printed.flatMap(([name, text]) => (files.some((file) => file.includes(text)) ? [] : [name])),
      [],
      "a migration must end with what src/security/print.ts NAME prints"
    )
  })

  it.effect("know roles that hold nothing by themselves and bypass nothing (PG-6)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const roles = yield* sql`
        select rolname::text as name, rolcanlogin as login, rolinherit as inherits, rolbypassrls as bypasses, rolsuper as super,
          (select coalesce(string_agg(g.rolname, ' ' order by g.rolname), '') from pg_auth_members m join pg_roles g on g.oid = m.roleid
            where m.member = r.oid) as becomes
        from pg_roles r where rolname = any (${roleNames}::text[]) order by 1`
      const role = (name: string, becomes = "") => ({
        name,
        login: name.startsWith("lyceum_") && becomes !== "",
        inherits: becomes === "",
        bypasses: name === "lyceum_definer",
        super: false,
        becomes
      })
      assert.deepStrictEqual(roles, [
        role("anon"),
        role("authenticated"),
        role("lyceum_api", "anon authenticated"),
        role("lyceum_batch", "lyceum_owner service_role"),
        role("lyceum_definer"),
        role("lyceum_owner"),
        role("lyceum_service", "service_role"),
        role("service_role")
      ])
    })
  )

  it.effect("break no lint (PG-11)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const { name, says, sql: statement } of lints) {
        const places = yield* sql.unsafe<{ place: string }>(statement)
        assert.deepStrictEqual(
          places.map(({ place }) => place),
          [],
          `${name}: ${says}`
        )
      }
    })
  )

  it.effect.each(lints.map((lint) => lint))(
    "$name finds its planted fault (PG-11)",
    ({ name, sql: statement }) =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const planted = Effect.forEach(statements(faults[name]!), (one) => sql.unsafe(one).unprepared)
        const places = yield* undone(Effect.andThen(planted, sql.unsafe<{ place: string }>(statement)))
        assert.isAbove(places.length, 0, faults[name])
      })
  )

  it.effect("what is not registered for privacy is found by its key, its name or its type (PG-11)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const [lint, fault] of furtherFaults) {
        const { sql: statement } = lints.find(({ name }) => name === lint)!
        const planted = Effect.forEach(statements(fault), (one) => sql.unsafe(one).unprepared)
        const places = yield* undone(Effect.andThen(planted, sql.unsafe<{ place: string }>(statement)))
        assert.lengthOf(places, 1, fault)
      }
    })
  )

  it.effect(
    "refuse to change what is append-only, for every role of an application (PG-3, RBAC-5, IDN-5)",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const append = Object.entries(guarded)
          .filter(([, { service }]) => service === "append")
          .map(([name]) => name)
        assert.isAbove(append.length, 2)
        for (const table of append)
          for (const role of ["service_role", "authenticated", "anon", "lyceum_api", "lyceum_service"])
            for (const statement of [
              `update ${table} set created_at = now()`,
              `delete from ${table}`,
              `truncate ${table}`
            ]) {
              const state = yield* undone(
                Effect.andThen(
                  sql.unsafe(`set local role ${role}`).unprepared,
                  Effect.map(
                    Effect.flip(sql.unsafe(statement).unprepared),
                    ({ reason }) => (reason.cause as { code: string }).code
                  )
                )
              )
              assert.strictEqual(state, "42501", `${role}: ${statement}`)
            }
      })
  )
})
