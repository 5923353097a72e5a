/**
 * What row-level security and identity per transaction cost: the same statement as an end user, as the service after the
 * core decided, and as a superuser in a plain transaction. Source: PG-9, PG-12.
 */
import { connect, type ConnectOptions } from "@lyceum/adapters-postgres"
import { start } from "@lyceum/adapters-postgres/embedded"
import { migrate } from "@lyceum/adapters-postgres/migrate"
import { CurrentActor, user, UserId } from "@lyceum/core/shared"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { caseOf, interleaved, ratiosOf, type Bench } from "./measure.ts"

const person = (n: number) => UserId.make(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`)

const fill = (people: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const id = sql.literal("('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid")
    yield* sql`insert into public.profiles (id, username, display_name) select ${id}, 'person-' || n, 'P' from generate_series(1, ${people}::int) n`
    yield* sql`insert into access.user_entitlements (id, user_id, entitlement_type, entitlement_ref, status, starts_at, source)
      select gen_random_uuid(), ${id}, 'tier', 'premium', 'active', 'epoch', 'bench' from generate_series(1, ${people}::int) n, generate_series(1, 20)`
    yield* sql`vacuum analyze public.profiles`.unprepared
    yield* sql`vacuum analyze access.user_entitlements`.unprepared
    yield* sql`checkpoint`.unprepared
  })

export const bench: Bench = ({ quick }) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const server = yield* start({ settings: { max_wal_size: "4GB" } })
        const people = quick ? 20_000 : 100_000
        const on = (options: Partial<ConnectOptions>) =>
          Effect.map(
            Layer.build(connect({ ...server, database: "postgres", maxConnections: 4, ...options })),
            (context) => Context.get(context, SqlClient.SqlClient)
          )
        const owner = yield* on({ startupParameters: { statement_timeout: "0" } })
        yield* Effect.provideService(Effect.andThen(migrate, fill(people)), SqlClient.SqlClient, owner)
        const clients = {
          endUser: yield* on({ username: "lyceum_api", role: "authenticated" }),
          service: yield* on({ username: "lyceum_service", role: "service_role" }),
          plain: yield* on({})
        }
        const statements = {
          "point read": (sql: SqlClient.SqlClient, id: string) =>
            sql`select id, username, display_name from public.profiles where id = ${id}::uuid`,
          "list of 20": (sql: SqlClient.SqlClient, id: string) =>
            sql`select id, entitlement_ref, starts_at from access.user_entitlements where user_id = ${id}::uuid order by id desc limit 20`
        }
        const operations = quick ? 300 : 1500
        const cases = []
        for (const [name, statement] of Object.entries(statements)) {
          const side = (
            sql: SqlClient.SqlClient,
            wrap: (read: Effect.Effect<unknown, unknown>) => Effect.Effect<unknown, unknown> = (read) => read
          ) => ({
            operations,
            run: () =>
              Effect.runPromise(
                Effect.forEach(
                  Array.from({ length: operations }, (_, n) => person(1 + ((n * 7919) % people))),
                  (id) => Effect.provideService(wrap(statement(sql, id)), CurrentActor, user(id)),
                  { concurrency: 4, discard: true }
                )
              )
          })
          const one = person(17)
          const answers = yield* Effect.forEach(Object.values(clients), (sql) =>
            Effect.provideService(statement(sql, one), CurrentActor, user(one))
          )
          if (new Set(answers.map((rows) => JSON.stringify(rows))).size !== 1)
            return yield* Effect.die(new Error("the sides differ"))
          const costs = yield* Effect.promise(() =>
            interleaved(
              {
                endUser: side(clients.endUser),
                service: side(clients.service),
                transaction: side(clients.plain, (read) => clients.plain.withTransaction(read)),
                bare: side(clients.plain)
              },
              { rounds: quick ? 7 : 15, by: "wall" }
            )
          )
          const inverse = (value: number) => 1 / value
          // A ratio above 1 says that ours is faster; 1.3 times the cost is 0.77.
          const target = inverse(name === "point read" ? 1.3 : 1.5)
          cases.push(
            caseOf(
              "rls",
              `${name} as an end user, against a plain transaction`,
              ratiosOf(costs.endUser, costs.transaction),
              target
            ),
            caseOf(
              "rls",
              `${name} as the service, against a plain transaction`,
              ratiosOf(costs.service, costs.transaction),
              target
            ),
            caseOf(
              "rls",
              `${name} as the service, against a bare statement`,
              ratiosOf(costs.service, costs.bare),
              0.25
            )
          )
        }
        return cases
      })
    )
  )
