/** Behind a transaction pooler: PgBouncer, where it is installed (Debian: pgbouncer) or named by PGBOUNCER. Source: PG-15. */
import { assert, it } from "@effect/vitest"
import { CurrentActor, Transaction, user, UserId } from "@lyceum/core/shared"
import { Cause, Effect, Exit, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { spawn, spawnSync } from "node:child_process"
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { inject } from "vitest"
import { connect } from "../../src/client.ts"
import { unprivilegedAccount } from "../../src/embedded/account.ts"
import { transactionLayer } from "../../src/transaction.ts"
import { asTheApi, databaseNamed } from "../database.ts"

const program = process.env["PGBOUNCER"] ?? "pgbouncer"
const isInstalled = spawnSync(program, ["--version"]).status === 0
if (!isInstalled) console.warn("PG-15 was not run: there is no pgbouncer here")

/** A pooler of two server connections in transaction mode; answers the folder of its socket. */
const pooler = (database: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const { host, port } = inject("postgres")
        const folder = mkdtempSync(join(tmpdir(), "pooler-"))
        const account = unprivilegedAccount()
        const file = join(folder, "pgbouncer.ini")
        // `auth_type = any` logs in as the user named with the database.
        writeFileSync(
          file,
          `[databases]\n${database} = host=${host} port=${port} dbname=${database} user=lyceum_service\n[pgbouncer]\nlisten_addr =\n` +
            `unix_socket_dir = ${folder}\nlisten_port = 6432\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n` +
            "ignore_startup_parameters = extra_float_digits,statement_timeout,lock_timeout,idle_in_transaction_session_timeout,default_transaction_isolation\n"
        )
        if (account) for (const path of [folder, file]) chownSync(path, account.uid, account.gid)
        const child = spawn(program, [file], { ...account, stdio: ["ignore", "ignore", "pipe"] })
        let log = ""
        await new Promise<void>((resolve, reject) => {
          child.stderr.setEncoding("utf8").on("data", (text: string) => {
            log += text
            if (log.includes("process up")) resolve()
          })
          child.once("exit", (code) => reject(new Error(`pgbouncer ended with ${code}\n${log}`)))
        })
        return { child, folder }
      }),
      ({ child, folder }) =>
        Effect.promise(async () => {
          const ended = new Promise((resolve) => child.once("exit", resolve))
          child.kill("SIGKILL")
          await ended
          rmSync(folder, { recursive: true })
        })
    ),
    ({ folder }) => folder
  )

const people = Array.from({ length: 8 }, (_, n) =>
  UserId.make(`018f0000-0000-7000-8000-${String(n).padStart(12, "0")}`)
)

it.live.skipIf(!isInstalled)(
  "many clients share two connections of a transaction pooler, each under its own name (PG-15, PG-9)",
  () =>
    Effect.gen(function* () {
      const name = yield* databaseNamed
      const host = yield* pooler(name)
      // Two processes' worth of pools, of eight connections each.
      const api = () =>
        transactionLayer.pipe(
          Layer.provideMerge(
            connect({
              ...asTheApi,
              host,
              port: 6432,
              database: name,
              prepare: false,
              maxConnections: 8,
              acquireWithin: "10 seconds"
            })
          )
        )
      const work = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const { run } = yield* Transaction
        const told = sql<{ claims: string; role: string; pid: number }>`
        select current_setting('request.jwt.claims') as claims, current_user::text as role, pg_backend_pid() as pid`
        const one = Effect.fnUntraced(function* (n: number) {
          const id = people[n % people.length]!
          const body = n % 2 === 0 ? told : run(Effect.andThen(Effect.sleep("1 millis"), told))
          const [row] = yield* Effect.provideService(body, CurrentActor, user(id))
          assert.strictEqual(row!.claims, JSON.stringify({ sub: id, role: "service_role" }))
          assert.strictEqual(row!.role, "service_role")
          if (n % 10 === 3) {
            const exit = yield* Effect.exit(run(Effect.orDie(sql`select 1 / 0`)))
            assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
          }
          return row!.pid
        })
        return yield* Effect.forEach(
          Array.from({ length: 300 }, (_, n) => n),
          one,
          { concurrency: 16 }
        )
      })
      const pids = yield* Effect.all(
        [Effect.provide(work, api(), { local: true }), Effect.provide(work, api(), { local: true })],
        { concurrency: 2 }
      )
      assert.isAtMost(new Set(pids.flat()).size, 2)
    }).pipe(Effect.scoped)
)
