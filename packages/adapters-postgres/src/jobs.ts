/** The queue of jobs. */
import { Job, type PendingJob, type RunningJob } from "@lyceum/core/jobs"
import { QueuedJobs } from "@lyceum/core/jobs/ports"
import type { Position } from "@lyceum/core/shared/ports"
import { DateTime, Effect, Layer, Option } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { table } from "./table.ts"

const changing = [
  "status",
  "attempts",
  "run_at",
  "started_at",
  "lease_ends_at",
  "completed_at",
  "failed_at",
  "last_error",
  "updated_at"
]

export const jobsLayer = Layer.effect(
  QueuedJobs,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* table("util.jobs", ["id"], Job)
    const instant = (at: DateTime.Utc) => sql`${DateTime.formatIso(at)}::timestamptz`
    const before = (after: Option.Option<Position>) =>
      Option.match(after, { onNone: () => undefined, onSome: ([id]) => sql`t.id < ${String(id)}::uuid` })
    const allOf = (conditions: ReadonlyArray<Statement.Fragment | undefined>) =>
      sql.and(conditions.filter((condition) => condition !== undefined))

    return QueuedJobs.of({
      insert: (job) => Effect.orDie(rows.insertUnlessKnown(job, "jobs_dedupe_id_key")),
      claim: (kind, now) =>
        Effect.orDie(
          Effect.map(
            rows.select(sql`
              where t.kind = ${sql.literal(`'${kind}'`)} and t.due_at <= ${instant(now)}
              order by t.kind, t.due_at, t.id limit 1 for update skip locked`),
            ([due]) => Option.fromNullishOr(due as PendingJob | RunningJob | undefined)
          )
        ),
      find: (id) => Effect.orDie(rows.selectOne(sql`where t.id = ${id}::uuid`)),
      findForUpdate: (id) => Effect.orDie(rows.selectOne(sql`where t.id = ${id}::uuid`, "for update")),
      update: (job) => Effect.orDie(rows.replace(job, changing)),
      list: ({ kind, status }, after, count) =>
        Effect.orDie(
          rows.select(sql`
            where ${allOf([
              status && sql`t.status = ${sql.literal(`'${status}'`)}`,
              kind && sql`t.kind = ${sql.literal(`'${kind}'`)}`,
              before(after)
            ])}
            order by ${sql.literal(status ? "t.status desc, " : kind ? "t.kind desc, " : "")}t.id desc limit ${count}`)
        ),
      forgetCompletedBefore: (at, atMost) =>
        Effect.orDie(
          Effect.map(
            sql`
              delete from util.jobs where id = any(array(
                select id from util.jobs where completed_at < ${instant(at)}
                order by completed_at limit ${atMost} for update skip locked
              )) returning 1`,
            (forgotten) => forgotten.length
          )
        )
    })
  })
)
