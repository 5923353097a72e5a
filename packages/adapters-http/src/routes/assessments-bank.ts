import { assessmentOperations, Assessments, questionOperations, Questions } from "@lyceum/core/assessments"
import { del, get, patch, post, put, routes } from "../endpoint.ts"

export const questionRoutes = routes(Questions, questionOperations, {
  list: get("/v1/questions", "The question bank, as far as one may see it"),
  create: post("/v1/questions", "Add a question to the bank", { creates: "/v1/questions/:id" }),
  import: post("/v1/questions/imports", "Take a file of questions in", { import: true }),
  export: get("/v1/questions/export", "Questions as a file"),
  recalculateUsage: post("/v1/questions/usage-recounts", "Count anew how often each question is used"),
  get: get("/v1/questions/:questionId", "One question, with what is right"),
  update: patch("/v1/questions/:questionId", "Change a question; what is not named stays"),
  delete: del("/v1/questions/:questionId", "Delete a question that nothing uses"),
  version: get("/v1/questions/:questionId/versions/:questionVersion", "What a version of a question said")
})

export const assessmentRoutes = routes(Assessments, assessmentOperations, {
  list: get("/v1/assessments", "Assessments of a lesson or a course, as one may see them"),
  create: post("/v1/assessments", "Begin an assessment", { creates: "/v1/assessments/:id" }),
  get: get("/v1/assessments/:assessmentId", "What there is to know before one takes it"),
  update: patch("/v1/assessments/:assessmentId", "Change an assessment; what is not named stays"),
  delete: del("/v1/assessments/:assessmentId", "Delete an assessment that nobody took"),
  paper: get("/v1/assessments/:assessmentId/paper", "An assessment with its questions and keys", {
    version: "assessment.version"
  }),
  setItems: put("/v1/assessments/:assessmentId/items", "Say which questions it asks, in which order", {
    version: "assessment.version"
  }),
  publish: post("/v1/assessments/:assessmentId/publication", "Show it to learners"),
  unpublish: post("/v1/assessments/:assessmentId/unpublication", "Hide it from learners")
})
