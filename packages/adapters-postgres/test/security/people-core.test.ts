/**
 * What the database shows of people is what the use cases answer, on generated schools: profiles, links, settings, consents,
 * entitlements, roles and assets. Source: PG-10.
 */
import { assert, it } from "@effect/vitest"
import { platformLayer, servicesLayer, subscribers } from "@lyceum/core"
import { Entitlements } from "@lyceum/core/access"
import { Users } from "@lyceum/core/identity"
import { type AssetId, MediaLibrary } from "@lyceum/core/media"
import { Roles } from "@lyceum/core/rbac"
import { type Actor, anonymous, CurrentActor, user, UserId } from "@lyceum/core/shared"
import { Subscribers } from "@lyceum/core/shared/ports"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { postgresLayer } from "../../src/index.ts"
import { ownersDatabase } from "../database.ts"

const silent = Layer.succeed(
  WebhookSender,
  WebhookSender.of({ post: () => Effect.succeed({ status: 204, body: "" }) })
)
const everything = servicesLayer.pipe(
  Layer.provideMerge(postgresLayer),
  Layer.provideMerge(
    Layer.mergeAll(platformLayer, silent, Layer.succeed(Subscribers, subscribers), ownersDatabase)
  )
)

const now = Date.parse("2026-03-01T12:00:00.007Z")
const iso = (millis: number) => new Date(now + millis).toISOString()

const anyPerson = fc.record({
  status: fc.constantFrom("active", "active", "suspended", "deleted"),
  isPublic: fc.boolean(),
  roles: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("moderator", "admin", "instructor", "biller", "manager", "uploader"),
      isActive: fc.boolean(),
      /** Around the instants that are asked about; absent: for good. */
      expiresIn: fc.option(fc.integer({ min: -1, max: 2 }), { nil: undefined })
    }),
    { selector: ({ name }) => name, maxLength: 2 }
  ),
  links: fc.array(fc.boolean(), { maxLength: 3 }),
  hasSettings: fc.boolean(),
  consents: fc.nat({ max: 2 }),
  entitlements: fc.nat({ max: 2 }),
  assets: fc.nat({ max: 2 })
})
const anySchool = fc.array(anyPerson, { minLength: 5, maxLength: 5 })
type School = typeof anySchool extends fc.Arbitrary<infer A> ? A : never

const idOf = (salt: number, n: number) =>
  UserId.make(`00000000-0000-4000-8000-${String(salt).padStart(6, "0")}${String(n).padStart(6, "0")}`)
const thing = (kind: number, salt: number, n: number) =>
  `0000000${kind}-0000-7000-8000-${String(salt).padStart(6, "0")}${String(n).padStart(6, "0")}`

const roles = [
  `insert into rbac.roles (id, role_name, description, is_system, sort_order, permissions_count)
    select gen_random_uuid(), name, '', false, 0, 1 from unnest(array['biller', 'manager', 'uploader']) name`,
  `insert into rbac.role_permissions (role_id, permission_id, on_own_courses)
    select r.id, p.id, r.role_name = 'uploader' from rbac.roles r join rbac.permissions p
      on p.permission_key = case r.role_name when 'biller' then 'billing.view' when 'manager' then 'manage_users' else 'media.manage' end
    where r.role_name in ('biller', 'manager', 'uploader')`
]

/** The school as rows: what belongs to nobody comes last. */
const store = Effect.fnUntraced(function* (school: School, salt: number) {
  const sql = yield* SqlClient.SqlClient
  const into = (table: string, rows: ReadonlyArray<object>) => {
    if (rows.length === 0) return Effect.void
    const columns = sql.literal([...new Set(rows.flatMap((row) => Object.keys(row)))].join(", "))
    return Effect.asVoid(sql`insert into ${sql.literal(table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${sql.literal(table)}, ${JSON.stringify(rows)}::jsonb)`)
  }
  const people = school.map((person, index) => ({ ...person, id: idOf(salt, index), index }))
  const many = <A>(count: (person: (typeof people)[number]) => number, row: (of: UserId, n: number) => A) =>
    people.flatMap((person) =>
      Array.from({ length: count(person) }, (_, n) => row(person.id, person.index * 10 + n))
    )
  yield* into(
    "public.profiles",
    people.map(({ id, index, isPublic, status }) => ({
      ...{
        id,
        username: `s${salt}-${index}-person`,
        email: `s${salt}-${index}@example.org`,
        display_name: "P",
        bio: ""
      },
      ...{ is_public: isPublic, locale: "en", time_zone: "UTC", status, version: 1 },
      ...{
        deleted_at: status === "deleted" ? iso(-1000) : null,
        created_at: iso(-1000),
        updated_at: iso(-1000)
      }
    }))
  )
  const known = yield* sql<{ id: string; name: string }>`select id, role_name as name from rbac.roles`
  const granted = people.flatMap(({ id, roles: held }) =>
    held.map(({ expiresIn, isActive, name }) => ({
      ...{ user_id: id, role_id: known.find((role) => role.name === name)!.id, is_active: isActive },
      ...{ expires_at: isActive && expiresIn !== undefined ? iso(expiresIn) : null, granted_at: iso(-1000) },
      ...{ created_at: iso(-1000), updated_at: iso(-1000) }
    }))
  )
  yield* into("rbac.user_roles", granted)
  yield* into(
    "rbac.role_grants_log",
    granted.map(({ role_id, user_id }, n) => ({
      ...{ id: thing(1, salt, n), user_id, role_id, operation: "GRANT", performed_by_service: "test" },
      created_at: iso(-1000)
    }))
  )
  yield* into(
    "public.profile_links",
    people.flatMap(({ id, index, links }) =>
      links.map((isPublic, n) => ({
        ...{ id: thing(2, salt, index * 10 + n), user_id: id, link_type: "other" },
        ...{
          url: `https://example.org/${thing(2, salt, index * 10 + n)}`,
          sort_order: n + 1,
          is_public: isPublic
        },
        ...{ created_at: iso(-1000), updated_at: iso(-1000) }
      }))
    )
  )
  const stamps = { created_at: iso(-1000), updated_at: iso(-1000) }
  yield* into(
    "public.user_settings",
    people.filter(({ hasSettings }) => hasSettings).map(({ id }) => ({ user_id: id, ...stamps }))
  )
  yield* into(
    "public.user_consents",
    many(
      ({ consents }) => consents,
      (of, n) => ({
        ...{
          id: thing(3, salt, n),
          user_id: of,
          entry_no: (n % 10) + 1,
          consent_type: "terms",
          decision: "granted"
        },
        ...{ document_version: "1", decided_at: iso(-1000), source: "test", ...stamps }
      })
    )
  )
  yield* into(
    "access.user_entitlements",
    many(
      ({ entitlements }) => entitlements,
      (of, n) => ({
        ...{ id: thing(4, salt, n), user_id: of, entitlement_type: "tier", entitlement_ref: "premium" },
        ...{ status: "active", starts_at: iso(-1000), source: "test", ...stamps }
      })
    )
  )
  const assets = [
    ...many(
      ({ assets: count }) => count,
      (of, n) => ({ id: thing(5, salt, n), uploaded_by: of })
    ),
    { id: thing(5, salt, 99), uploaded_by: null }
  ]
  yield* into(
    "media.assets",
    assets.map(({ id, uploaded_by }) => ({
      ...{ id, uploaded_by, external_provider: "s3", external_id: id, asset_type: "video" },
      ...{ access_level: "course_access", upload_status: "ready", view_count: 0, ...stamps }
    }))
  )
  return { people: people.map(({ id }) => id), assets: assets.map(({ id }) => id as AssetId) }
})
type Stored = Effect.Success<ReturnType<typeof store>>

/** The rows that a direct client sees of the school, each by what it is and whose. */
const shown = Effect.fnUntraced(function* ({ assets, people }: Stored, actor: Actor, at: number) {
  const sql = yield* SqlClient.SqlClient
  const role = actor._tag === "User" ? "authenticated" : "anon"
  const claims = actor._tag === "User" ? JSON.stringify({ sub: actor.id, role }) : ""
  const whose = sql`user_id = any(${people}::uuid[])`
  // Visitors are not granted what is about people; that they are not, the matrix says.
  const more =
    actor._tag === "User"
      ? sql`union all select 'settings', user_id::text from public.user_settings where ${whose}
        union all select 'consent', user_id::text from public.user_consents where ${whose}
        union all select 'entitlement', user_id::text from access.user_entitlements where ${whose}
        union all select 'grant', user_id::text from rbac.role_grants_log where ${whose}
        union all select 'role', user_id::text from rbac.user_roles where ${whose}
        union all select 'asset', id::text from media.assets where id = any(${assets}::uuid[])`
      : sql``
  const rows = yield* sql.withTransaction(
    Effect.andThen(
      sql`select set_config('lyceum.now', ${iso(at)}, true), set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true)`,
      sql<{ kind: string; id: string }>`
        select 'profile' as kind, id::text from public.profiles where id = any(${people}::uuid[])
        union all select 'link', url from public.profile_links where ${whose} ${more}`
    )
  )
  return rows.map(({ id, kind }) => `${kind} ${id}`).sort()
})

/** The same, as the use cases answer. */
const answered = Effect.fnUntraced(function* ({ assets, people }: Stored, actor: Actor) {
  const [users, all, entitlements, media] = [
    yield* Users,
    yield* Roles,
    yield* Entitlements,
    yield* MediaLibrary
  ]
  const sql = yield* SqlClient.SqlClient
  const seen: Array<string> = []
  const page = { limit: 100 }
  const asked = <A, E>(
    question: Effect.Effect<A, E, CurrentActor>,
    rows: (answer: A) => ReadonlyArray<string>
  ) =>
    question.pipe(
      Effect.provideService(CurrentActor, actor),
      Effect.match({ onFailure: () => undefined, onSuccess: (answer) => void seen.push(...rows(answer)) })
    )
  for (const id of people) {
    yield* asked(users.getProfile({ user: id }), ({ links }) => [
      `profile ${id}`,
      ...links.map(({ url }) => `link ${url}`)
    ])
    if (actor._tag !== "User") continue
    yield* asked(users.consentHistory({ userId: id, ...page }), ({ items }) =>
      items.map(() => `consent ${id}`)
    )
    yield* asked(entitlements.list({ userId: id, ...page }), ({ items }) =>
      items.map(() => `entitlement ${id}`)
    )
    yield* asked(all.grantsLog({ userId: id, ...page }), ({ items }) => items.map(() => `grant ${id}`))
    const assigned = yield* sql`select from rbac.user_roles where user_id = ${id}::uuid`
    yield* asked(all.userPermissions({ userId: id }), () => assigned.map(() => `role ${id}`))
    const chosen = yield* sql`select from public.user_settings where user_id = ${id}::uuid`
    if (actor.id === id) yield* asked(users.mySettings({}), () => chosen.map(() => `settings ${id}`))
  }
  if (actor._tag === "User")
    for (const assetId of assets) yield* asked(media.get({ assetId }), () => [`asset ${assetId}`])
  return seen.sort()
})

it.layer(everything, { timeout: "120 seconds" })("The database and the use cases", (it) => {
  it.effect("agree on who sees what of people, in generated schools (PG-10, IDN-3, IDN-7, IDN-9)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const statement of roles) yield* sql.unsafe(statement).unprepared
      let compared = 0
      for (const [salt, school] of fc.sample(anySchool, { numRuns: 12, seed: 20260301 }).entries()) {
        const stored = yield* store(school, salt)
        for (const actor of [anonymous, ...stored.people.map((id) => user(id))])
          for (const at of [-1, 0, 1]) {
            yield* TestClock.setTime(now + at)
            const [rows, core] = [yield* shown(stored, actor, at), yield* answered(stored, actor)]
            assert.deepStrictEqual(rows, core, `school ${salt}, ${JSON.stringify(actor)}, ${at} ms`)
            compared += rows.length
          }
      }
      assert.isAbove(compared, 1000)
      yield* Effect.logInfo(`${compared} rows compared`)
    })
  )
})
