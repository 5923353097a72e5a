/** What only PostgreSQL can show of jobs: the view of the source, the plans, and what the schema itself refuses. */
import { assert, layer } from "@effect/vitest"
import { platformLayer } from "@lyceum/core"
import { JobId, JobQueue } from "@lyceum/core/jobs"
import { QueuedJobs } from "@lyceum/core/jobs/ports"
import { Subscribers, Transaction } from "@lyceum/core/shared"
import { DateTime, Effect, Exit, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import * as rules from "../../core/src/jobs/rules.ts"
import { postgresLayer } from "../src/index.ts"
import { asOwner, testDatabase } from "./database.ts"
import { unusedIndexesOf, wholeScansOf } from "./plans.ts"

const ground = JobQueue.layer.pipe(
  Layer.provideMerge(postgresLayer),
  Layer.provideMerge(Layer.mergeAll(testDatabase, platformLayer, Layer.succeed(Subscribers, [])))
)
const inTransaction = <A, E, R>(body: Effect.Effect<A, E, R>) => Transaction.use(({ run }) => run(body))
const enqueue = (dedupeId: string) =>
  JobQueue.use((queue) => queue.enqueue({ kind: "xp_calculation", payload: { n: 1 }, dedupeId }))

const now = DateTime.makeUnsafe("2026-03-01T00:00:00Z")
const middle = "00000000-0000-7000-8000-000000050000"

/** A hundred thousand jobs, one in nineteen still waiting, one in a thousand of a rare kind. */
const fill = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`set local statement_timeout = '60s'`
  yield* sql`
    insert into util.jobs (id, kind, payload, status, attempts, max_attempts, run_at, completed_at, dedupe_id, created_at, updated_at)
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
      (case when n % 1000 = 7 then 'video_process' when n % 3 = 0 then 'webhook_call' else 'schedule' end)::util.job_type, '{}',
      (case when n % 19 = 0 then 'pending' else 'completed' end)::util.job_status, 1, 5,
      '2026-03-01'::timestamptz - n * interval '1 second',
      case when n % 19 > 0 then '2026-03-01'::timestamptz - n * interval '1 second' end, 'bulk ' || n,
      '2026-02-01', '2026-02-01'
    from generate_series(1, 100000) as n`
  yield* sql`analyze util.jobs`.unprepared
}).pipe(inTransaction)

layer(ground, { excludeTestServices: true, timeout: "60 seconds" })("jobs in PostgreSQL", (it) => {
  it.effect("util.job_queue shows the queue with the columns of the source (OPS-3, PG-1)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const columns = yield* sql<{ readonly names: string }>`
        select string_agg(column_name, ' ' order by ordinal_position) as names from information_schema.columns
        where table_schema = 'util' and table_name = 'job_queue'`
      assert.strictEqual(
        columns[0]?.names,
        "id job_type payload status attempts max_attempts run_at started_at completed_at error_message created_at updated_at"
      )
      const id = Option.getOrThrow(yield* inTransaction(enqueue("seen")))
      const [row] = yield* sql`select * from util.job_queue where id = ${id}::uuid`
      const expected = {
        id,
        job_type: "xp_calculation",
        payload: { n: 1 },
        status: "pending",
        attempts: 0,
        max_attempts: 10
      }
      assert.deepInclude(row, expected)
      const [view] =
        yield* sql`select reloptions::text as options from pg_class where oid = 'util.job_queue'::regclass`
      assert.deepInclude(view, { options: "{security_invoker=true}" })
    })
  )

  it.effect("a transaction that PostgreSQL itself ends takes its jobs with it (OPS-3)", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const failing = Effect.andThen(enqueue("rolled back"), sql`select 1 / 0`)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(inTransaction(failing))))
      assert.lengthOf(yield* sql`select from util.jobs where dedupe_id = 'rolled back'`, 0)
    })
  )

  it.effect(
    "no query reads a hundred thousand jobs from end to end, and each index serves one (OPS-3, PG-12)",
    () =>
      Effect.gen(function* () {
        const jobs = yield* QueuedJobs
        yield* asOwner(fill)
        const [id, after] = [JobId.make(middle), Option.some([middle])]
        const everything = Effect.gen(function* () {
          const due = Option.getOrThrow(yield* jobs.claim("webhook_call", now))
          yield* jobs.update(rules.take(due, now))
          assert.isTrue(Option.isNone(yield* enqueue("bulk 7")))
          yield* jobs.find(id)
          yield* jobs.findForUpdate(id)
          assert.lengthOf(yield* jobs.list({}, after, 51), 51)
          assert.lengthOf(yield* jobs.list({ status: "pending" }, after, 51), 51)
          assert.lengthOf(yield* jobs.list({ status: "failed" }, after, 51), 0)
          assert.lengthOf(yield* jobs.list({ kind: "video_process" }, after, 51), 50)
          assert.lengthOf(yield* jobs.list({ kind: "schedule", status: "completed" }, after, 51), 51)
          yield* jobs.forgetCompletedBefore(DateTime.subtract(now, { hours: 27 }), 1000)
        })
        assert.deepStrictEqual(yield* wholeScansOf(everything), [])
        assert.deepStrictEqual(yield* unusedIndexesOf(["util.jobs"]), [])
      })
  )

  const breaches = [
    ["status = 'running'", "jobs_running_has_lease"],
    ["status = 'running', started_at = now(), lease_ends_at = now()", "jobs_running_has_lease"],
    ["status = 'completed'", "jobs_completed_says_when"],
    ["completed_at = now()", "jobs_completed_says_when"],
    ["status = 'failed', failed_at = now()", "jobs_failed_says_when_and_why"],
    ["attempts = 11", "jobs_attempts_bounded"],
    ["payload = '[]'", "jobs_payload_is_object"]
  ] as const
  it.effect.each(breaches)("the schema refuses a job with %s (OPS-3, PG-3)", ([change, constraint]) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* inTransaction(enqueue("refused"))
      const update = sql.unsafe(`update util.jobs set ${change} where dedupe_id = 'refused'`).unprepared
      assert.include(JSON.stringify((yield* Effect.flip(update)).reason.cause), `"${constraint}"`)
    })
  )
})
