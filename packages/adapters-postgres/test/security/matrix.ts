/** What each actor sees of each table, asked of the database itself. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { type ActorName, actors } from "./scene.ts"

/** A function in the session: as each actor, the keys of the rows they see, or the SQLSTATE they are refused with. */
const visibleRows = `
  create or replace function pg_temp.visible(actors text[], tables text[]) returns table (tab text, actor text, seen text)
  language plpgsql as $visible$
    declare
      t record;
      who text;
    begin
      foreach who in array actors loop
        perform set_config('request.jwt.claims', case when who in ('anon', 'service', 'owner') then ''
          else json_build_object('sub', md5(who)::uuid, 'role', 'authenticated')::text end, true);
        for t in
          select c.oid::regclass::text as name, c.oid,
            (select string_agg(format('%I::text', a.attname), ', ' order by k.ord)
              from pg_index i, unnest(i.indkey) with ordinality k (attnum, ord), pg_attribute a
              where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum) as key,
            n.nspname || '.' || c.relname as full_name
          from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and n.nspname = any ($1_schemas)
            and (tables is null or n.nspname || '.' || c.relname = any (tables))
          order by 1
        loop
          tab := t.full_name;
          actor := who;
          perform set_config('role', case who when 'anon' then 'anon' when 'service' then 'service_role' when 'owner' then 'lyceum_owner' else 'authenticated' end, true);
          begin
            execute format('select coalesce(string_agg(concat_ws(''/'', %s), '','' order by concat_ws(''/'', %s)), '''') from %s',
              t.key, t.key, t.full_name) into seen;
          exception when others then
            seen := sqlstate;
          end;
          perform set_config('role', 'none', true);
          return next;
        end loop;
      end loop;
    end
  $visible$`

export const ourSchemas = [
  "public",
  "content",
  "access",
  "learn",
  "assessments",
  "gamification",
  "referrals",
  "rbac",
  "media",
  "util"
]

/** Once in each session that looks. */
export const installMatrix = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql.unsafe(visibleRows.replace("$1_schemas", `'{${ourSchemas.join(",")}}'`))
)

export interface Seen {
  readonly tab: string
  readonly actor: ActorName
  readonly seen: string
}

/** Inside a transaction: what everybody sees of those tables, or of all. */
export const rowsSeen = (tables?: ReadonlyArray<string>) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<Seen>`select * from pg_temp.visible(${[...actors]}::text[], ${tables ?? null}::text[])`
  )

/** What each role may do with each column: S, I, U by column, D and T (truncate, references, trigger) by table. */
export const privilegesOf = (table?: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ tab: string; col: string; anon: string; authenticated: string; service_role: string }>`
    select n.nspname || '.' || c.relname as tab, a.attname::text as col,
      ${["anon", "authenticated", "service_role"]
        .map(
          (role) => sql`concat(
            case when has_column_privilege(${sql.literal(`'${role}'`)}, c.oid, a.attnum, 'select') then 's' end,
            case when has_column_privilege(${sql.literal(`'${role}'`)}, c.oid, a.attnum, 'insert') then 'i' end,
            case when has_column_privilege(${sql.literal(`'${role}'`)}, c.oid, a.attnum, 'update') then 'u' end,
            case when has_table_privilege(${sql.literal(`'${role}'`)}, c.oid, 'delete') then 'd' end,
            case when has_table_privilege(${sql.literal(`'${role}'`)}, c.oid, 'truncate, references, trigger') then 't' end)
            as ${sql.literal(role)}`
        )
        .reduce((before, next) => sql`${before}, ${next}`)}
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'v', 'm') and n.nspname = any (${ourSchemas}::text[])
      ${table === undefined ? sql`` : sql`and c.oid = ${table}::regclass`}
    order by 1, a.attnum`
  )
export const privileges = privilegesOf()

/** Which role may call which function of ours, and with whose rights it runs. */
export const callable = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ name: string; owner: string; runs: string; callers: string }>`
    select p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner) as owner,
      case when p.prosecdef then 'as its owner' else 'as the caller' end as runs,
      (select coalesce(string_agg(r, ' ' order by r), '') from unnest(array['anon', 'authenticated', 'service_role', 'lyceum_api']) r
        where has_function_privilege(r, p.oid, 'execute')) as callers
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = any (${[...ourSchemas, "auth"]}::text[])
      and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1`
)

/** Whose each table is, and whether row-level security binds its owner too. */
export const guards = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ tab: string; owner: string; rls: string }>`
    select n.nspname || '.' || c.relname as tab, pg_get_userbyid(c.relowner) as owner,
      case when not c.relrowsecurity then 'off' when c.relforcerowsecurity then 'forced' else 'not forced' end as rls
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname = any (${ourSchemas}::text[]) order by 1`
)
