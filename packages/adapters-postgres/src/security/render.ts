/** The table of security as SQL: idempotent, so that applying it to a database that has it changes nothing. */
import { definerReads, functions, schemas, views } from "./callers.ts"
import { type Guarded, guarded } from "./tables.ts"

const allSchemas = Object.entries(schemas)

const policy = (
  table: string,
  name: string,
  { command, role, using }: { command: string; role: string; using: string }
) => {
  const check = command === "insert" ? `with check (${using})` : `using (${using})`
  const both = command === "all" ? `${check} with check (${using})` : check
  return [
    `drop policy if exists ${name} on ${table};`,
    `create policy ${name} on ${table} for ${command} to ${role}\n  ${both};`
  ]
}

const serviceMay: Readonly<
  Record<Guarded["service"], ReadonlyArray<"select" | "insert" | "update" | "delete">>
> = {
  all: ["select", "insert", "update", "delete"],
  append: ["select", "insert"],
  read: ["select"]
}

/** Readable columns: by name only where some are withheld, since what is added later is then withheld too. */
const columnGrant = (table: string, withheld: ReadonlyArray<string>, roles: ReadonlyArray<string>) =>
  withheld.length === 0
    ? [`grant select on ${table} to ${roles.join(", ")};`]
    : [
        "do $columns$",
        "begin",
        `  execute (select format('grant select (%s) on ${table} to ${roles.join(", ")}', string_agg(quote_ident(attname), ', ' order by attnum))`,
        `    from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped`,
        `      and attname <> all ('{${withheld.join(",")}}'));`,
        "end",
        "$columns$;"
      ]

/** What a migration that creates the table ends with. */
export const tableSecurity = (table: string): string => {
  const entry = guarded[table]
  if (entry === undefined) throw new Error(`${table} has no entry in src/security/tables.ts`)
  const direct = (["anon", "authenticated"] as const).filter((role) => entry[role] !== undefined)
  return [
    `-- ${table}`,
    `alter table ${table} owner to lyceum_owner;`,
    `alter table ${table} enable row level security;`,
    `alter table ${table} force row level security;`,
    `revoke all on ${table} from public, anon, authenticated, service_role, lyceum_definer;`,
    `grant ${serviceMay[entry.service].join(", ")} on ${table} to service_role;`,
    ...(entry.service === "all"
      ? policy(table, "service_role_all", { command: "all", role: "service_role", using: "true" })
      : serviceMay[entry.service].flatMap((command) =>
          policy(table, `service_role_${command}`, { command, role: "service_role", using: "true" })
        )),
    ...(direct.length === 0 || entry.withheld === "all" ? [] : columnGrant(table, entry.withheld, direct)),
    ...direct.flatMap((role) =>
      policy(table, `${role}_select`, { command: "select", role, using: `\n    ${entry[role]}\n  ` })
    ),
    // Migrators write it, and the owner is bound by its policies too.
    ...(table === "util.migrations_meta"
      ? policy(table, "owner_all", { command: "all", role: "lyceum_owner", using: "true" })
      : []),
    ...definerGrant(table),
    ""
  ].join("\n")
}

const definerGrant = (table: string) => {
  const columns = definerReads[table]
  if (columns === undefined) return []
  return [`grant select${columns === "all" ? "" : ` (${columns.join(", ")})`} on ${table} to lyceum_definer;`]
}

const schemaGrants = (schema: string, roles: ReadonlyArray<string>) =>
  // Supabase owns its own `auth`, and has granted what is needed.
  schema === "auth"
    ? [
        "do $auth$",
        "begin",
        "  if pg_has_role(current_user, (select nspowner from pg_namespace where nspname = 'auth'), 'usage') then",
        "    grant usage on schema auth to lyceum_definer, service_role, anon, authenticated;",
        "  end if;",
        "end",
        "$auth$;"
      ]
    : [
        `revoke create on schema ${schema} from public;`,
        `revoke all on schema ${schema} from anon, authenticated;`,
        `grant usage on schema ${schema} to ${[...roles, "service_role", "lyceum_definer"].join(", ")};`,
        `grant usage, create on schema ${schema} to lyceum_owner;`
      ]

/** Who may look into a schema at all. */
export const schemaSecurity = (schema: string): string =>
  [`-- ${schema}`, ...schemaGrants(schema, schemas[schema]!), ""].join("\n")

export const viewSecurity = (view: string): string => {
  const direct = views[view] ?? []
  return [
    `-- ${view}`,
    `alter view ${view} owner to lyceum_owner;`,
    `alter view ${view} set (security_invoker = true);`,
    `revoke all on ${view} from public, anon, authenticated, service_role;`,
    `grant select on ${view} to ${["service_role", ...direct].join(", ")};`,
    ""
  ].join("\n")
}

export const functionSecurity = (name: string): string => {
  const { callers, definer } = functions[name]!
  const grant = `grant execute on function ${name} to ${["service_role", "lyceum_definer", ...callers].join(", ")};`
  const revoke = `revoke all on function ${name} from public, anon, authenticated;`
  if (name.startsWith("auth.")) {
    return [
      `-- ${name}`,
      "do $auth$",
      "begin",
      `  if pg_has_role(current_user, (select proowner from pg_proc where oid = '${name}'::regprocedure), 'usage') then`,
      `    ${revoke}`,
      `    ${grant}`,
      "  end if;",
      "end",
      "$auth$;",
      ""
    ].join("\n")
  }
  return [
    `-- ${name}`,
    `alter function ${name} owner to ${definer ? "lyceum_definer" : "lyceum_owner"};`,
    revoke,
    grant,
    ""
  ].join("\n")
}

/** What a migration that makes an enum ends with. */
export const typesToOwner = [
  "-- Enums, whose owner alone can add a literal.",
  "do $types$",
  "declare name text;",
  "begin",
  "  for name in select format('%I.%I', n.nspname, t.typname) from pg_type t join pg_namespace n on n.oid = t.typnamespace",
  `    where t.typtype = 'e' and n.nspname = any ('{${allSchemas
    .map(([name]) => name)
    .filter((name) => name !== "auth")
    .join(",")}}') order by 1`,
  "  loop",
  "    execute format('alter type %s owner to lyceum_owner', name);",
  "  end loop;",
  "end",
  "$types$;"
]

/** All of it, of every schema, table, view and function. */
export const allSecurity = (): string =>
  [
    "-- Who may see which rows and columns of what (PG-6 to PG-8, PG-16), written by src/security/print.ts from the table in",
    "-- src/security/tables.ts: owners, row-level security forced on every table, policies, grants.",
    "-- Locks each table exclusively for a moment; nothing is rewritten.",
    "",
    ...allSchemas.flatMap(([schema, roles]) => [`-- ${schema}`, ...schemaGrants(schema, roles), ""]),
    "-- To give it functions; taken back below.",
    ...definerSchemas.map((schema) => `grant ${mayCreate(schema)} to lyceum_definer;`),
    "",
    ...Object.keys(guarded).map(tableSecurity),
    ...Object.keys(views).map(viewSecurity),
    ...Object.keys(functions).map(functionSecurity),
    ...typesToOwner,
    "",
    ...definerSchemas.map((schema) => `revoke ${mayCreate(schema)} from lyceum_definer;`),
    "",
    "-- What is made later is nobody's until its migration says whose.",
    "alter default privileges revoke execute on functions from public;",
    "alter default privileges for role lyceum_owner revoke execute on functions from public;",
    ""
  ].join("\n")

const mayCreate = (schema: string) => `create on schema ${schema}`

/** What a migration that makes a function ends with. */
export const newFunctionSecurity = (name: string): string => {
  const schema = name.slice(0, name.indexOf("."))
  return functions[name]!.definer
    ? [
        `grant ${mayCreate(schema)} to lyceum_definer;`,
        functionSecurity(name) + `revoke ${mayCreate(schema)} from lyceum_definer;`,
        ""
      ].join("\n")
    : functionSecurity(name)
}

const definerSchemas = [
  ...new Set(
    Object.entries(functions).flatMap(([name, { definer }]) =>
      definer ? [name.slice(0, name.indexOf("."))] : []
    )
  )
]
