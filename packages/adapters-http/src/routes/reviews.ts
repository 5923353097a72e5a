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
import { del, get, post, routes } from "../endpoint.ts"

export const reviewRoutes = routes(Reviews, reviewOperations, {
  queue: get("/v1/reviews", "What waits for a person, the longest handed in first"),
  progress: get("/v1/reviews/progress", "How many wait, are taken, and were graded of late"),
  get: get("/v1/reviews/:attemptId", "An attempt as its grader sees it", { version: "revision" }),
  claim: post("/v1/reviews/:attemptId/claim", "Take an attempt for 30 minutes"),
  release: del("/v1/reviews/:attemptId/claim", "Give an attempt back before its time"),
  enqueue: post("/v1/reviews/:attemptId/request", "Send what was submitted to the reviewers"),
  trail: get("/v1/reviews/:attemptId/trail", "What became of an attempt's grades, in order")
})

export const gradingRoutes = routes(Grading, gradingOperations, {
  grade: post("/v1/attempts/:attemptId/grade", "Grade an attempt, or change its grade with a reason", {
    version: "revision"
  }),
  regrade: post(
    "/v1/assessments/:assessmentId/regrades",
    "Grade graded attempts again by the corrections, or tell what would change"
  )
})

export const correctionRoutes = routes(Corrections, correctionOperations, {
  list: get("/v1/assessments/:assessmentId/corrections", "What was decided about questions, oldest first"),
  add: post("/v1/assessments/:assessmentId/corrections", "Mend a key, drop a question, or give it in full", {
    creates: true
  })
})

export const figureRoutes = routes(Figures, figureOperations, {
  assessment: get("/v1/assessments/:assessmentId/statistics", "How an assessment and its questions measure"),
  question: get(
    "/v1/assessments/:assessmentId/questions/:questionId/statistics",
    "How one question of an assessment measures"
  )
})

export const healthRoutes = routes(AssessmentHealth, healthOperations, {
  report: get("/v1/health/assessments", "How assessments are doing: one verdict, with its reasons"),
  detectCorruption: get(
    "/v1/health/assessments/corruption",
    "Attempts whose content is not what they began with"
  ),
  selfTest: post("/v1/selftests/assessments", "Try what a deployment promises; all of it is rolled back")
})
