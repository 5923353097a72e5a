/**
 * The roles of the database, and the logins that become them (PG-6). Roles belong to the cluster, not to a database:
 * `0021_security_create_roles.sql` makes them where the migrating user may, and says so where it may not; then an
 * administrator runs `rolesScript` once.
 */

/** What a login can become, and what it inherits: nothing. */
export const logins = {
  /** End users' reads, as PostgREST or another direct client. */
  lyceum_api: ["anon", "authenticated"],
  /** The API, its workers and the command line: the core decided. */
  lyceum_service: ["service_role"],
  /** Long work: DDL as the owner, sweeps as the service, without a limit per statement. */
  lyceum_batch: ["service_role", "lyceum_owner"]
} as const

/** Of sessions of the API's logins. Source: PG-13. */
const timeouts = { statement_timeout: "5s", lock_timeout: "2s", idle_in_transaction_session_timeout: "5s" }

const attributes: Readonly<Record<string, string>> = {
  lyceum_owner: "nologin",
  lyceum_definer: "nologin bypassrls",
  anon: "nologin",
  authenticated: "nologin",
  service_role: "nologin",
  ...Object.fromEntries(Object.keys(logins).map((name) => [name, "login noinherit"]))
}

export const roleNames: ReadonlyArray<string> = Object.keys(attributes)

/** Migrations of two databases of the cluster may run at once: what the other one just did is done. */
const unlessDone = (statement: string, condition?: string) =>
  [
    ...(condition === undefined ? [] : [`  if ${condition} then`]),
    `  begin ${statement}; exception when duplicate_object or unique_violation or internal_error then null; end;`,
    ...(condition === undefined ? [] : ["  end if;"])
  ].join("\n")

const settingsOf = (login: string) =>
  login === "lyceum_batch"
    ? [unlessDone("alter role lyceum_batch set statement_timeout = 0")]
    : Object.entries(timeouts).map(([name, value]) =>
        unlessDone(`alter role ${login} set ${name} = '${value}'`)
      )

const creation = Object.entries(attributes).map(([name, attribute]) =>
  unlessDone(`create role ${name} ${attribute}`, `to_regrole('${name}') is null`)
)
const memberships = Object.entries(logins).flatMap(([login, roles]) =>
  roles.map((role) =>
    unlessDone(`grant ${role} to ${login}`, `not pg_has_role('${login}', '${role}', 'member')`)
  )
)

/**
 * The statements that make what is missing: whoever runs them needs CREATEROLE, and SUPERUSER or BYPASSRLS for
 * `lyceum_definer`. What exists is kept as it is, such as Supabase's `anon`. Logins come without a password: nobody can
 * use them before an administrator gives them one.
 */
export const rolesScript = (): string =>
  [
    "do $roles$",
    "begin",
    "  -- Roles are the cluster's: the migration of another of its databases may be making them at this moment.",
    ...creation,
    ...memberships,
    ...Object.keys(logins).flatMap(settingsOf),
    "end",
    "$roles$;"
  ].join("\n")

/** The body of the migration: as the script, but it makes nothing when all is there, and tells who may not what to do. */
export const rolesMigration = (): string =>
  [
    "-- The roles of the database (PG-6): an owner, a definer for the functions that look past row-level security, the three",
    "-- roles that policies name, and the logins that become them, which hold nothing themselves. Roles are the cluster's:",
    "-- those that exist are kept. Written by src/security/roles.ts.",
    "-- Locks nothing in this database.",
    "",
    "do $all$",
    "begin",
    `if (select count(*) from pg_roles where rolname = any('{${roleNames.join(",")}}')) < ${roleNames.length} then`,
    "",
    rolesScript()
      .replace(/^do \$roles\$\nbegin\n/, "")
      .replace(/\nend\n\$roles\$;$/, ""),
    "",
    "end if;",
    "exception when insufficient_privilege then",
    "  raise exception 'the roles of Lyceum are missing, and % may not make them: have an administrator run, once, what lyceum migrate --roles prints, and migrate again', current_user",
    "    using errcode = 'insufficient_privilege';",
    "end",
    "$all$;",
    "",
    "-- What is made from here on belongs to the owner, which the migrating user can become.",
    "do $member$",
    "begin",
    "  if not pg_has_role(current_user, 'lyceum_owner', 'usage') then",
    "    execute format('grant lyceum_owner to %I', current_user);",
    "  end if;",
    "  if not pg_has_role(current_user, 'lyceum_definer', 'usage') then",
    "    execute format('grant lyceum_definer to %I', current_user);",
    "  end if;",
    "exception when insufficient_privilege then",
    "  raise exception '% is no member of lyceum_owner and lyceum_definer: have an administrator run: grant lyceum_owner, lyceum_definer to %', current_user, current_user",
    "    using errcode = 'insufficient_privilege';",
    "end",
    "$member$;",
    ""
  ].join("\n")
