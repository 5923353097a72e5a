/** How the queries of identity and rbac come to their answers over many rows. Source: PG-12. */
import { assert, layer } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import { Username } from "@lyceum/core/identity"
import { Consents, ProfileLinks, Profiles, UserSettings, Viewings } from "@lyceum/core/identity/ports"
import { shippedRoles } from "@lyceum/core/rbac"
import { Assignments, GrantsLog, RoleCatalogue } from "@lyceum/core/rbac/ports"
import { UserId } from "@lyceum/core/shared"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import {
  consentsLayer,
  profileLinksLayer,
  profilesLayer,
  userSettingsLayer,
  viewingsLayer
} from "../src/identity.ts"
import { assignmentsLayer, grantsLogLayer, roleCatalogueLayer } from "../src/rbac.ts"
import { transactionLayer } from "../src/transaction.ts"
import { asOwner, testDatabase } from "./database.ts"
import { emptied, shapesOfAll, unstable, unusedIndexesOf, wholeScansOf } from "./plans.ts"

const adapters = Layer.mergeAll(
  profilesLayer,
  userSettingsLayer,
  consentsLayer,
  profileLinksLayer,
  viewingsLayer,
  roleCatalogueLayer,
  assignmentsLayer,
  grantsLogLayer
).pipe(Layer.provideMerge(transactionLayer), Layer.provide(platformLayer), Layer.provideMerge(testDatabase))

const id = (n: number) => UserId.make(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)
const now = DateTime.makeUnsafe("2026-03-01T12:00:00Z")
const roleOf = (name: string) => shippedRoles.find(({ roleName }) => roleName === name)!
const moderator = roleOf("moderator")
const some = id(4242)

/** A school of so many: a few of them suspended, all of them moderators, one in four of those expired and not yet swept. */
const fill = Effect.fnUntraced(function* (people: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`set statement_timeout = '120s'`
  const person = sql.literal("('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid")
  yield* sql`
    insert into public.profiles (id, username, email, display_name, status)
    select ${person}, 'person-' || n, md5(n::text) || '@example.org', 'Person ' || n,
      (case when n % 5000 = 0 then 'suspended' else 'active' end)::public.profile_status
    from generate_series(1, ${people}::int) n`
  yield* sql`
    insert into rbac.user_roles (user_id, role_id, is_active, expires_at, granted_at)
    select ${person}, r.id, true,
      case when n % 4 = 0 and r.role_name = 'moderator' then ${DateTime.formatIso(now)}::timestamptz end, 'epoch'
    from generate_series(1, ${people}::int) n, rbac.roles r
    where r.role_name = 'moderator' or (r.role_name = 'instructor' and n % 10 = 0)`
  yield* sql`
    insert into rbac.user_roles (user_id, role_id, is_active, granted_at)
    select ${person}, r.id, true, 'epoch' from generate_series(1, 20) n, rbac.roles r where r.role_name = 'admin'`
  yield* sql`
    insert into rbac.role_grants_log (id, user_id, role_id, operation, performed_by_service, created_at)
    select gen_random_uuid(), user_id, role_id, 'GRANT', 'test', 'epoch' from rbac.user_roles`
  yield* sql`
    insert into public.user_consents
      (id, user_id, entry_no, consent_type, decision, document_version, decided_at, source)
    select gen_random_uuid(), ${person}, 1, 'terms', 'granted', '1', 'epoch', 'test'
    from generate_series(1, ${people}::int) n`
  yield* sql`insert into public.user_settings (user_id) select ${person} from generate_series(1, ${people}::int) n`
  yield* sql`
    insert into public.profile_links (id, user_id, link_type, url, sort_order, is_public)
    select gen_random_uuid(), ${person}, 'other', 'https://example.org', 1, true
    from generate_series(1, ${people}::int) n`
  yield* sql`
    insert into public.profile_viewings (viewer_id, viewed_id, until)
    select ${id(7)}::uuid, ${person}, 'epoch' from generate_series(1, ${people}::int) n`
  for (const table of ["profile_viewings", "profiles", "user_consents", "user_settings", "profile_links"])
    yield* sql`analyze public.${sql.literal(table)}`
  for (const table of ["user_roles", "role_grants_log", "roles"])
    yield* sql`analyze rbac.${sql.literal(table)}`
})

const mine = ["profiles", "user_settings", "user_consents", "profile_links", "profile_viewings"].map(
  (table) => `public.${table}`
)
const filled = [...mine, "rbac.user_roles", "rbac.role_grants_log"]

const queriesOfPeople = Effect.gen(function* () {
  const [profiles, settings, consents, links] = [
    yield* Profiles,
    yield* UserSettings,
    yield* Consents,
    yield* ProfileLinks
  ]
  const viewings = yield* Viewings
  const [catalogue, assignments, log] = [yield* RoleCatalogue, yield* Assignments, yield* GrantsLog]
  const name = Username.make("person-4242")
  const after = Option.some(["person-5"])
  const first = Option.none()
  const profile = Option.getOrThrow(yield* profiles.find(some))
  const held = { roleId: moderator.id, now }
  return {
    find: profiles.find(some),
    findByUsername: profiles.findByUsername(name),
    findForUpdate: profiles.findForUpdate(some),
    findAll: profiles.findAll([some, id(17)]),
    list: profiles.list({}, after, 50),
    listFound: profiles.list({ prefix: "person-42" }, first, 50),
    listFoundByAddress: profiles.list({ prefix: "abc" }, first, 50),
    listSuspended: profiles.list({ status: "suspended" }, first, 50),
    update: profiles.update({ ...profile, bio: "new" }),
    settings: settings.find(some),
    putSettings: settings.put(some, {}),
    newestConsents: consents.newest(some),
    consents: consents.list(some, Option.some([2]), 50),
    links: links.list(some),
    viewing: viewings.find(id(7), some),
    putViewing: viewings.put({ viewerId: id(7), viewedId: some, until: now }),
    replaceLinks: links.replace(some, []),
    role: catalogue.find(moderator.roleName),
    roles: catalogue.list(first, 50),
    standing: assignments.standing(some),
    hold: assignments.hold(some),
    put: assignments.put({ userId: some, roleId: moderator.id, isActive: false, grantedAt: now }),
    holders: assignments.holders(held, Option.some([some]), 50),
    holdAdmins: assignments.holdAdmins,
    holdExpired: assignments.holdExpired(now, 500),
    logOfAll: log.list({}, Option.some([50_000]), 50),
    logOfUser: log.list({ userId: some }, first, 50),
    logOfRole: log.list({ roleId: moderator.id }, Option.some([50_000]), 50),
    logOfAdmins: log.list({ roleId: roleOf("admin").id }, first, 50)
  }
})

layer(adapters, { excludeTestServices: true, timeout: "180 seconds" })(
  "Queries of identity and rbac",
  (it) => {
    it.effect(
      "read no table of more than 10 000 rows from end to end, by the plans of a tenth of them, and use every index there is (PG-12)",
      () =>
        Effect.gen(function* () {
          yield* asOwner(fill(10_000))
          const small = yield* shapesOfAll(yield* queriesOfPeople)
          yield* asOwner(Effect.andThen(emptied(filled), fill(100_000)))
          const queries = yield* queriesOfPeople
          const large = yield* shapesOfAll(queries)
          assert.deepStrictEqual(unstable(small, large), [])
          // The measure sees what it must see: a whole table, and another index.
          const planted = { ...small, find: ["Limit(Seq Scan profiles)"], listFound: small["list"]! }
          const seen = unstable(planted, large)
          assert.deepStrictEqual(
            seen.map(({ query }) => query),
            ["find", "listFound"]
          )
          const scans: Array<readonly [string, ReadonlyArray<string>]> = []
          for (const [query, run] of Object.entries(queries))
            scans.push([query, yield* wholeScansOf(run as Effect.Effect<unknown>)])
          assert.deepStrictEqual(
            scans.filter(([, scanned]) => scanned.length > 0),
            []
          )
          const theirs = ["permissions", "roles", "role_permissions", "user_roles", "role_grants_log"].map(
            (table) => `rbac.${table}`
          )
          const guards = [
            // Foreign keys have theirs for the day when a profile goes.
            "profile_viewings_viewed_idx",
            "idx_role_grants_log_performed_by",
            "idx_role_permissions_granted_by",
            "idx_role_permissions_permission",
            "idx_user_roles_granted_by",
            // Names are unique; the tables are so small that they are read whole.
            "permissions_permission_key_key",
            "roles_role_name_key"
          ]
          const unused = yield* unusedIndexesOf([...mine, ...theirs])
          assert.deepStrictEqual(
            unused.filter((index) => !guards.includes(index)),
            []
          )
        }),
      180_000
    )
  }
)
