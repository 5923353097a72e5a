/** How questions measure, how assessments are doing, and whether a deployment holds. Source: ASM-25 to ASM-27, ASM-8. */
import { Schema } from "effect"
import { command, NoInput, query } from "../../shared/operation.ts"
import { page, pageFields } from "../../shared/page.ts"
import { AssessmentNotFound, QuestionNotFound } from "../errors.ts"
import { HealthReport, SelfTestCheck } from "../model/health.ts"
import { AssessmentId, AttemptId, QuestionId } from "../model/ids.ts"
import { AssessmentFigures, QuestionFigures } from "../model/review.ts"

/** Figures over graded attempts. They take `assessments:read`. */
export const figureOperations = {
  assessment: query("assessments.statistics", {
    input: Schema.Struct({ assessmentId: AssessmentId }),
    output: AssessmentFigures,
    refusals: [AssessmentNotFound]
  }),
  /** Of one question, as one assessment asked it. */
  question: query("questions.stats", {
    input: Schema.Struct({ questionId: QuestionId, assessmentId: AssessmentId }),
    output: QuestionFigures,
    refusals: [AssessmentNotFound, QuestionNotFound]
  })
}

/** What operators ask. It takes `operations.view`, the self-test `operations.manage`. */
export const healthOperations = {
  /** The source's `system_health_report`. Times are those that this process measured. */
  report: query("health.assessments", { input: NoInput, output: HealthReport }),
  /**
   * The source's `detect_content_corruption`: attempts whose content is not what they began with, newest first, a part at
   * a time; `next` goes on.
   */
  detectCorruption: query("assessments.detect_corruption", {
    input: Schema.Struct(pageFields),
    output: Schema.Struct({ checked: Schema.Natural, ...page(AttemptId).fields })
  }),
  /** The source's `final_validation_checks`: each check in a transaction that is rolled back. */
  selfTest: command("selftest.assessments", {
    input: NoInput,
    output: Schema.Struct({ passed: Schema.Boolean, checks: Schema.Array(SelfTestCheck) })
  })
}
