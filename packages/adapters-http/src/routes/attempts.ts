import {
  accommodationOperations,
  Accommodations,
  attemptOperations,
  Attempts
} from "@lyceum/core/assessments"
import { del, get, post, put, routes } from "../endpoint.ts"

export const attemptRoutes = routes(Attempts, attemptOperations, {
  list: get("/v1/attempts", "One's own attempts, newest first"),
  get: get("/v1/attempts/:attemptId", "An attempt of one's own, as it is by now"),
  save: put("/v1/attempts/:attemptId/responses", "Keep answers; those that are not named stay"),
  submit: post("/v1/attempts/:attemptId/submission", "Hand an attempt in; once"),
  abandon: post("/v1/attempts/:attemptId/abandonment", "Give an attempt up"),
  inspect: get("/v1/attempts/:attemptId/record", "All that is kept of an attempt, keys among it"),
  sweepExpired: post("/v1/attempts/sweeps", "Store the end of attempts whose time is up"),
  start: post("/v1/assessments/:assessmentId/attempts", "Begin an attempt, or go on with the one that runs"),
  listOf: get("/v1/assessments/:assessmentId/attempts", "Attempts at an assessment, newest first"),
  finalGrade: get("/v1/assessments/:assessmentId/final-grade", "The grade out of all attempts of a learner")
})

export const accommodationRoutes = routes(Accommodations, accommodationOperations, {
  list: get("/v1/assessments/:assessmentId/accommodations", "What learners are granted, by learner"),
  get: get("/v1/assessments/:assessmentId/accommodations/:userId", "What a learner is granted"),
  put: put(
    "/v1/assessments/:assessmentId/accommodations/:userId",
    "Grant a learner more time, attempts, or other dates"
  ),
  withdraw: del(
    "/v1/assessments/:assessmentId/accommodations/:userId",
    "Withdraw it; the attempt that runs keeps its deadline"
  )
})
