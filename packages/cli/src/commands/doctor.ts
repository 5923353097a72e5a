/** `lyceum doctor`: what an operator checks first when something is wrong. */
import { FeatureFlags, FlagKey } from "@lyceum/core/flags"
import { Jobs } from "@lyceum/core/jobs"
import { OutboxDesk } from "@lyceum/core/outbox"
import { CurrentActor, service } from "@lyceum/core/shared"
import { Cause, Console, DateTime, Effect, Exit, Option } from "effect"
import { Command } from "effect/cli"
import { SqlClient } from "effect/sql"
import { Config } from "../config.ts"
import { databaseName } from "../database.ts"
import { CliFailure } from "../failure.ts"
import { Json } from "../settings.ts"

/** One check: what it looks at, and what it found; a failed one says what to do. */
interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

const maximumSkewMillis = 2000

const database = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ version: string; millis: number }>`
    select current_setting('server_version') as version, extract(epoch from clock_timestamp())::float8 * 1000 as millis`
  const skew = Math.abs((row?.millis ?? 0) - DateTime.toEpochMillis(yield* DateTime.now))
  return skew > maximumSkewMillis
    ? { ok: false, detail: `its clock is ${Math.round(skew / 1000)} s away from ours: set both by NTP` }
    : { ok: true, detail: `PostgreSQL ${row?.version}, ${databaseName(yield* Config)}` }
})

const readOnly = Effect.gen(function* () {
  const flags = yield* FeatureFlags
  const flag = yield* flags.get({ key: FlagKey.make("emergency_read_only_mode") })
  return flag.enabled
    ? {
        ok: false,
        detail: 'commands are refused: lyceum flags change emergency_read_only_mode --no-enabled --reason "…"'
      }
    : { ok: true, detail: "commands are taken" }
})

const parked = Effect.gen(function* () {
  const desk = yield* OutboxDesk
  const { items, next } = yield* desk.deliveries({ status: "failed", limit: 100 })
  const count = `${items.length}${next === undefined ? "" : " or more"}`
  return items.length === 0
    ? { ok: true, detail: "nothing is parked" }
    : { ok: false, detail: `${count} parked: lyceum outbox deliveries --status failed` }
})

const failedJobs = Effect.gen(function* () {
  const jobs = yield* Jobs
  const { items, next } = yield* jobs.list({ status: "failed", limit: 100 })
  const count = `${items.length}${next === undefined ? "" : " or more"}`
  return items.length === 0
    ? { ok: true, detail: "no job gave up" }
    : { ok: false, detail: `${count} gave up: lyceum jobs list --status failed` }
})

type Look = Effect.Effect<
  Omit<Finding, "check">,
  { readonly _tag: string },
  Config | SqlClient.SqlClient | FeatureFlags | OutboxDesk | Jobs | CurrentActor
>
const checks: Readonly<Record<string, Look>> = {
  database,
  "read-only mode": readOnly,
  outbox: parked,
  jobs: failedJobs
}

export const doctorCommand = Command.make(
  "doctor",
  {},
  Effect.fnUntraced(
    function* () {
      const findings = yield* Effect.forEach(
        Object.entries(checks),
        Effect.fnUntraced(function* ([check, look]) {
          const exit = yield* Effect.exit(look)
          if (Exit.isSuccess(exit)) return { check, ...exit.value } satisfies Finding
          const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
          return {
            check,
            ok: false,
            detail: `cannot be checked (${error?._tag ?? "a fault"})`
          } satisfies Finding
        })
      )
      if (yield* Json) yield* Console.log(JSON.stringify(findings))
      else
        for (const { check, detail, ok } of findings)
          yield* Console.log(`${ok ? "ok  " : "BAD "} ${check.padEnd(16)} ${detail}`)
      const bad = findings.filter(({ ok }) => !ok).length
      if (bad > 0)
        return yield* new CliFailure({
          exitCode: 1,
          message: `${bad} of ${findings.length} checks found something.`
        })
    },
    Effect.provideService(CurrentActor, service("doctor"))
  )
).pipe(
  Command.withDescription(
    "Check the database, the kill switch, the outbox and the jobs; fails when one needs somebody"
  ),
  Command.withExamples([{ command: "lyceum doctor --json", description: "For a monitor" }])
)
