/**
 * Lints over the catalogs: each says what must not be, and its statement answers the places where it is. Zero rows
 * everywhere, or the database is not the second gate that it is said to be. Source: PG-11.
 */
import { impersonalColumns, personalColumns } from "./privacy.ts"

export interface Lint {
  readonly name: string
  /** What the places it answers with have done wrong, and what to do. */
  readonly says: string
  /** Answers rows with a column `place`. */
  readonly sql: string
}

const ours =
  "('public','content','access','learn','assessments','gamification','referrals','rbac','media','util','community','organizations')"
const withAuth =
  "('public','content','access','learn','assessments','gamification','referrals','rbac','media','util','auth')"
const direct = "('anon','authenticated')"
const roles = "('anon','authenticated','service_role')"
const tables = `pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname in ${ours}`
const place = "n.nspname || '.' || c.relname as place"
const ownFunctions = `pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ${withAuth}
  where not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`
const call = "p.oid::regprocedure::text as place"
/** Every condition of every policy of ours, as text. */
const conditions = `(select schemaname, tablename, policyname, roles, cmd, concat(qual, ' ', with_check) as condition
  from pg_policies where schemaname in ${ours})`
const policyPlace = "schemaname || '.' || tablename || ' ' || policyname as place"
const granted = (privileges: string) =>
  `select ${place} from ${tables}, aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
   where coalesce(r.rolname, 'public') in ('public','anon','authenticated','service_role','lyceum_api','lyceum_service')
     and a.privilege_type in (${privileges})`
const listedIn = (list: string) =>
  `(n.nspname || '.' || c.relname, t.attname::text) in (select * from (values ${list}) as listed)`
const columns = `${tables} join pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped`
/** Names that only a column about a person has, where no key says so. */
const ofPeople =
  "(^|_)(user_id|email|username|ip_hash|display_name|bio)$|_by$|(^|_)(actor|reason|comment)$|^subject_ids$"
/** Policies that let end users see a row for one reason or another: no index serves both. */
const branching = `(select schemaname, tablename from ${conditions} y
  where condition ~ ' OR ' and exists (select 1 from unnest(roles) r where r in ${direct}))`
/** A call of a function of ours or of a setting that is not the first thing after SELECT. */
const unwrapped = String.raw`regexp_replace(condition, '\( ?SELECT [a-z_.]+\([^()]*\) AS [a-z_]+\)', '', 'gi')
  ~* '(rbac|access|content|public|auth|util)\.[a-z_]+\(|current_setting\('`

export const lints: ReadonlyArray<Lint> = [
  {
    name: "L01",
    says: "row-level security is off: end the migration with what src/security/print.ts prints",
    sql: `select ${place} from ${tables} where c.relkind in ('r','p') and not c.relrowsecurity`
  },
  {
    name: "L02",
    says: "row-level security does not bind the owner: force it",
    sql: `select ${place} from ${tables} where c.relkind in ('r','p') and not c.relforcerowsecurity`
  },
  {
    name: "L03",
    says: "a partition is granted to somebody: partitions are reached through their parent",
    sql: `select ${place} from ${tables}, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
      where c.relispartition and r.rolname in ${roles}`
  },
  {
    name: "L04",
    says: "TRUNCATE, TRIGGER or REFERENCES is granted: no application needs it",
    sql: granted("'TRUNCATE','TRIGGER','REFERENCES'")
  },
  {
    name: "L05",
    says: "a role is granted a table for which no policy names it: it would see nothing",
    sql: `select ${place} from ${tables} join pg_roles r on r.rolname in ${roles}
      where c.relkind in ('r','p') and has_any_column_privilege(r.oid, c.oid, 'select')
        and not exists (select 1 from pg_policies y where y.schemaname = n.nspname and y.tablename = c.relname and r.rolname = any (y.roles))`
  },
  {
    name: "L06",
    says: "a policy is for everybody: name its roles",
    sql: `select ${policyPlace} from ${conditions} y where 'public' = any (roles)`
  },
  {
    name: "L07",
    says: "a policy calls a function for each row: wrap it as (select …)",
    sql: `select ${policyPlace} from ${conditions} y where ${unwrapped}`
  },
  {
    name: "L08",
    says: "a policy lets end users write: every write goes through the core",
    sql: `select ${policyPlace} from ${conditions} y where cmd <> 'SELECT'
      and exists (select 1 from unnest(roles) r where r in ('public','anon','authenticated'))`
  },
  {
    name: "L09",
    says: "a function that runs as its owner has no search_path of its own",
    sql: `select ${call} from ${ownFunctions} and p.prosecdef
      and not exists (select 1 from unnest(p.proconfig) s where s like 'search_path=%')`
  },
  {
    name: "L10",
    says: "a function has another search_path than '': name every schema in it",
    sql: `select ${call} from ${ownFunctions} and not coalesce(p.proconfig @> array['search_path=""'], false)`
  },
  {
    name: "L11",
    says: "a function that runs as its owner does not belong to lyceum_definer",
    sql: `select ${call} from ${ownFunctions} and p.prosecdef and pg_get_userbyid(p.proowner) <> 'lyceum_definer'`
  },
  {
    name: "L12",
    says: "everybody may call a function: revoke execute from public",
    sql: `select ${call} from ${ownFunctions} and (p.proacl is null or exists (
      select 1 from aclexplode(p.proacl) a where a.grantee = 0))`
  },
  {
    name: "L13",
    says: "visitors may call a function that runs as its owner, beside those of PG-16",
    sql: `select ${call} from ${ownFunctions} and p.prosecdef and has_function_privilege('anon', p.oid, 'execute')
      and p.proname not in ('verify_certificate_public', 'leaderboard_top10', 'public_levels', 'read_lesson')`
  },
  {
    name: "L14",
    says: "a view runs with its owner's rights: set (security_invoker = true)",
    sql: `select ${place} from ${tables} where c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false)`
  },
  {
    name: "L15",
    says: "a materialized view is granted to end users: row-level security does not reach it",
    sql: `select ${place} from ${tables} join pg_roles r on r.rolname in ${direct}
      where c.relkind = 'm' and has_any_column_privilege(r.oid, c.oid, 'select')`
  },
  {
    name: "L16",
    says: "a table has no primary key",
    sql: `select ${place} from ${tables} where c.relkind in ('r','p')
      and not exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary)`
  },
  {
    name: "L17",
    says: "a foreign key has no index that begins with its columns",
    sql: `select k.conrelid::regclass || ' ' || k.conname as place from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace and n.nspname in ${ours}
      where k.contype = 'f' and not exists (
        select 1 from pg_index i where i.indrelid = k.conrelid
          -- Of several columns, one that tells enough will do.
          and i.indkey[0] = any (k.conkey))`
  },
  {
    name: "L18",
    says: "a login or role of ours passes by row-level security",
    sql: `select rolname as place from pg_roles where (rolsuper or rolbypassrls)
      and rolname in ('lyceum_owner','anon','authenticated','service_role','lyceum_api','lyceum_service','lyceum_batch')`
  },
  {
    name: "L19",
    says: "the login of end users can become more than anon and authenticated",
    sql: `select r.rolname as place from pg_roles r
      where pg_has_role('lyceum_api', r.oid, 'member') and r.rolname not in ('lyceum_api','anon','authenticated')
      union all select r.rolname from pg_roles r
      where pg_has_role('lyceum_service', r.oid, 'member') and r.rolname not in ('lyceum_service','service_role')`
  },
  {
    name: "L20",
    says: "a policy compares a column of people with who asks, and no index begins with that column",
    sql: `select distinct y.schemaname || '.' || y.tablename || '.' || a.attname as place
      from ${conditions} y join pg_class c on c.oid = (y.schemaname || '.' || y.tablename)::regclass
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where condition ~ ('\\m' || a.attname || ' = \\( SELECT (auth.uid|public.active_id|active_id|public.reader_id|reader_id)\\(')
        and not exists (select 1 from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum)`
  },
  {
    name: "L21",
    says: "somebody may create things in a schema of ours",
    sql: `select n.nspname || ' ' || coalesce(r.rolname, 'public') as place from pg_namespace n, aclexplode(n.nspacl) a
      left join pg_roles r on r.oid = a.grantee
      where n.nspname in ${ours} and a.privilege_type = 'CREATE' and a.grantee <> n.nspowner
        and coalesce(r.rolname, 'public') <> 'lyceum_owner' and not coalesce(r.rolsuper, false)
        and coalesce(r.rolname, '') <> 'pg_database_owner'`
  },
  {
    name: "L22",
    says: "a timestamp has no time zone",
    sql: `select ${place} from ${tables} join pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped
      where c.relkind in ('r','p') and t.atttypid in ('timestamp'::regtype, 'time'::regtype)`
  },
  {
    name: "L23",
    says: "a floating-point column: money is bigint minor units, ratios are basis points",
    sql: `select ${place} from ${tables} join pg_attribute t on t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped
      where c.relkind in ('r','p') and t.atttypid in ('float4'::regtype, 'float8'::regtype, 'money'::regtype)`
  },
  {
    name: "L24",
    says: "a column names a person and is not registered: name it under `personal` in src/security/tables.ts",
    sql: `select ${place.replace(" as place", " || '.' || t.attname as place")} from ${columns}
      where c.relkind in ('r','p') and not c.relispartition and not ${listedIn(personalColumns)}
        and (t.attname ~ '${ofPeople}' or exists (
          select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
            and k.confrelid = to_regclass('public.profiles') and t.attnum = any (k.conkey)))`
  },
  {
    name: "L25",
    says: "text or JSON in a table about people that nobody classified: `personal` in src/security/tables.ts, or src/security/privacy.ts",
    sql: `select ${place.replace(" as place", " || '.' || t.attname as place")} from ${columns}
      join pg_type y on y.oid = t.atttypid left join pg_type e on e.oid = y.typelem
      where c.relkind in ('r','p') and not c.relispartition
        and (y.typcategory = 'S' or e.typcategory = 'S' or y.typname in ('json','jsonb','bytea','inet','cidr'))
        and exists (select 1 from (values ${personalColumns}) as p (tab, col) where p.tab = n.nspname || '.' || c.relname)
        and not ${listedIn(personalColumns)} and not ${listedIn(impersonalColumns)}`
  },
  {
    name: "L26",
    says: "a policy calls a volatile function: make it stable",
    sql: `select distinct ${policyPlace} from ${conditions} y join pg_proc p on p.provolatile = 'v'
      join pg_namespace n on n.oid = p.pronamespace and n.nspname in ${withAuth}
      where condition ~ ('\\m' || p.proname || '\\(')`
  },
  {
    name: "L27",
    says: "end users call a function that leaves it to a policy of several branches to find the rows: give it a WHERE",
    sql: `select distinct ${call} from pg_proc p join pg_namespace n on n.oid = p.pronamespace and n.nspname in ${withAuth}
      join ${branching} b on p.prosrc ~* ('\\m(from|join)\\s+' || b.schemaname || '\\.' || b.tablename || '\\M')
      join pg_roles r on r.rolname in ${direct} and has_function_privilege(r.oid, p.oid, 'execute')
      where not p.prosecdef and p.prosrc !~* '\\mwhere\\M'`
  },
  {
    name: "L28",
    says: "a view of end users groups or cuts rows behind a policy of several branches, so that no predicate of theirs gets in",
    sql: `select distinct ${place} from ${tables} join pg_rewrite w on w.ev_class = c.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
      join pg_class f on f.oid = d.refobjid join pg_namespace fn on fn.oid = f.relnamespace
      join ${branching} b on b.schemaname = fn.nspname and b.tablename = f.relname
      join pg_roles r on r.rolname in ${direct} and has_any_column_privilege(r.oid, c.oid, 'select')
      where c.relkind = 'v' and pg_get_viewdef(c.oid) ~* '\\m(group by|limit|distinct)\\M'
        and pg_get_viewdef(c.oid) !~* '\\mwhere\\M'`
  }
]
