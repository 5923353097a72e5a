/** People's work on attempts: `reviews`, `corrections`, and what it adds to other nouns. */
import {
  AssessmentHealth,
  correctionOperations,
  Corrections,
  figureOperations,
  Figures,
  Grading,
  gradingOperations,
  healthOperations,
  reviewOperations,
  Reviews
} from "@lyceum/core/assessments"
import { Effect, Schema } from "effect"
import { Command } from "effect/cli"
import { CliFailure } from "../failure.ts"
import { print } from "../output.ts"
import { asAsked, noun, verb } from "../verb.ts"
import { regradeCommand } from "./regrade.ts"

const ofAssessment = { assessmentId: "Only what is of this assessment" }

export const reviewsCommand = noun("reviews", "What waits for a person to grade it", [
  verb(Reviews, reviewOperations, "queue", {
    about: "What waits, the longest handed in first",
    fields: ofAssessment,
    columns: ["attemptId", "title", "userId", "status", "submittedAt", "revision"]
  }),
  verb(Reviews, reviewOperations, "progress", {
    about: "How many wait, are taken, and were graded of late",
    fields: { ...ofAssessment, since: "Graded since then; in the last 24 hours without it" }
  }),
  verb(Reviews, reviewOperations, "get", {
    about: "An attempt as its grader sees it, with the keys",
    args: ["attemptId"]
  }),
  verb(Reviews, reviewOperations, "claim", {
    about: "Take an attempt for 30 minutes, for the user of --as",
    args: ["attemptId"]
  }),
  verb(Reviews, reviewOperations, "release", {
    about: "Give back what the user of --as took",
    args: ["attemptId"]
  }),
  verb(Reviews, reviewOperations, "enqueue", {
    about: "Send what was submitted for grading by hand to the reviewers",
    args: ["attemptId"]
  }),
  verb(Reviews, reviewOperations, "trail", {
    about: "What became of an attempt's grades, in the order it happened",
    args: ["attemptId"]
  })
])

export const correctionsCommand = noun("corrections", "What is decided about questions that were asked", [
  verb(Corrections, correctionOperations, "list", {
    about: "All of an assessment, oldest first; of one question the last counts",
    args: ["assessmentId"]
  }),
  verb(Corrections, correctionOperations, "add", {
    about: "Mend a key, drop a question, or give everyone its full points",
    args: ["assessmentId", "questionId"],
    fields: {
      act: `{"kind":"dropped"}, {"kind":"full_points"} or {"kind":"mended","key":{"type":"true_false","correctAnswers":{"value":false}}}`,
      reason: "Why"
    },
    examples: [
      {
        command: `lyceum corrections add 019a… 019b… --act '{"kind":"dropped"}' --reason "it had two right answers"`,
        description: "Then: lyceum attempts regrade 019a… --policy never_lower --dry-run"
      }
    ]
  })
])

/** Verbs for nouns whose other verbs are of another service: a noun takes the services of all of them as it runs. */
const forOthers = (verbs: ReadonlyArray<unknown>) => verbs as ReadonlyArray<never>

/** What people add to the noun `attempts`. */
export const gradingVerbs = forOthers([
  verb(Grading, gradingOperations, "grade", {
    about: "Grade an attempt as the user of --as, or change its grade with a reason",
    args: ["attemptId"],
    fields: {
      revision: "The revision of the attempt that was seen last",
      grades: `Points by question: [{"questionId":"019a…","points":"4.5","feedback":"…"}]`,
      feedback: "About the whole",
      reason: "Why a grade that was given is changed"
    }
  }),
  regradeCommand
])

/** What figures add to the nouns `assessments` and `questions`. */
export const assessmentFigureVerbs = forOthers([
  verb(Figures, figureOperations, "assessment", {
    about: "How an assessment and its questions measure, over its graded attempts",
    args: ["assessmentId"]
  }),
  verb(AssessmentHealth, healthOperations, "detectCorruption", {
    about: "Attempts whose content is not what they began with, a part at a time"
  })
])
export const questionFigureVerbs = forOthers([
  verb(Figures, figureOperations, "question", {
    about: "How one question of an assessment measures",
    args: ["questionId", "assessmentId"]
  })
])

export const healthCommand = noun("health", "How the platform is doing", [
  verb(AssessmentHealth, healthOperations, "report", {
    about:
      "Assessments: one verdict with its reasons. Times are of the process that is asked: ask a server's /v1/health/assessments"
  })
])

const encodeSelfTest = Schema.encodeSync(Schema.toCodecJson(healthOperations.selfTest.output))

/** A failed check fails the command, so that a release waits for it. */
const selfTestAssessments = Command.make(
  "assessments",
  {},
  Effect.fnUntraced(function* () {
    const health = yield* AssessmentHealth
    const answer = yield* asAsked(health.selfTest({}))
    yield* print(encodeSelfTest(answer))
    if (!answer.passed) return yield* new CliFailure({ exitCode: 1, message: "A check failed." })
  })
).pipe(
  Command.withDescription("Snapshots, attempts, the trail and certificates; each try is rolled back"),
  Command.withExamples([
    {
      command: "lyceum selftest assessments",
      description: "Before a release; exits with 1 when a check failed"
    }
  ])
)

export const selftestCommand = noun("selftest", "What a deployment proves of itself before a release", [
  selfTestAssessments as never
])
