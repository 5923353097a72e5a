/** Handing in: one read and one write. */
import { Attempt, Correction, GradingAudit } from "@lyceum/core/assessments"
import { Sittings } from "@lyceum/core/assessments/ports"
import { Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { changing } from "./assessments-attempts.ts"
import { AssessmentRow } from "./assessments-bank.ts"
import { table } from "./table.ts"

interface SittingRow {
  readonly attempt: unknown
  readonly assessment: unknown
  readonly corrections: ReadonlyArray<unknown> | null
}

export const sittingsLayer = Layer.effect(
  Sittings,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const attempts = yield* table("assessments.attempts", ["id"], Attempt)
    const assessments = yield* table("assessments.assessments", ["id"], AssessmentRow)
    const corrections = yield* table("assessments.corrections", ["id"], Correction)
    const trail = yield* table("assessments.grading_audit", ["id"], GradingAudit)
    return Sittings.of({
      findForUpdate: (id) =>
        Effect.map(
          Effect.orDie(sql<SittingRow>`
            select to_jsonb(t) as attempt,
              (select to_jsonb(a) from assessments.assessments a where a.id = t.assessment_id) as assessment,
              (select jsonb_agg(to_jsonb(c) order by c.created_at, c.id) from assessments.corrections c
                where c.assessment_id = t.assessment_id) as corrections
            from assessments.attempts t where t.id = ${id}::uuid for no key update`),
          ([row]) =>
            Option.map(Option.fromNullishOr(row), (found) => ({
              attempt: attempts.decode(found.attempt),
              assessment: assessments.decode(found.assessment),
              corrections: (found.corrections ?? []).map(corrections.decode)
            }))
        ),
      store: (attempt, rows) =>
        rows.length === 0
          ? Effect.orDie(attempts.replace(attempt, changing))
          : Effect.asVoid(
              Effect.orDie(
                sql`with stored as (${attempts.replacing(attempt, changing)}) ${trail.inserting(rows)}`
              )
            )
    })
  })
)
