import {
  courseOperations,
  Courses,
  lessonOperations,
  Lessons,
  moduleOperations,
  Modules,
  tagOperations,
  Tags
} from "@lyceum/core/content"
import { del, get, patch, post, put, routes } from "../endpoint.ts"

export const courseRoutes = routes(Courses, courseOperations, {
  catalogue: get("/v1/catalogue", "Published courses", { public: true }),
  list: get("/v1/courses", "The courses that one works on"),
  create: post("/v1/courses", "Begin a course", { creates: "/v1/courses/:id" }),
  import: post("/v1/courses/imports", "Take a course file in", { import: true }),
  get: get("/v1/courses/:courseId", "One course", { public: true }),
  update: patch("/v1/courses/:courseId", "Change a course; what is not named stays", {
    version: "course.version"
  }),
  delete: del("/v1/courses/:courseId", "Delete a course that nobody learned from"),
  getBySlug: get("/v1/catalogue/:slug", "One course, by its slug or a former one", { public: true }),
  outline: get("/v1/courses/:courseId/outline", "A course with its modules and lessons", { public: true }),
  getDraft: get("/v1/courses/:courseId/draft", "A course as authors see it", { version: "course.version" }),
  export: get("/v1/courses/:courseId/export", "A course as a file"),
  assignInstructor: put("/v1/courses/:courseId/instructor", "Say who teaches a course"),
  setLearnerCount: put("/v1/courses/:courseId/learner-count", "Tell how many learn from a course"),
  submitForReview: post("/v1/courses/:courseId/submission", "Ask for a review"),
  approve: post("/v1/courses/:courseId/approval", "Publish a course that is in review"),
  reject: post("/v1/courses/:courseId/rejection", "Send a course back to its authors"),
  withdraw: post("/v1/courses/:courseId/withdrawal", "Take a course back from review"),
  archive: post("/v1/courses/:courseId/archiving", "Archive a published course"),
  unpublish: post("/v1/courses/:courseId/unpublication", "Make a draft of a published course"),
  restore: post("/v1/courses/:courseId/restoration", "Make a draft of an archived course"),
  tellPublished: post("/v1/course-publications/sweeps", "Tell of scheduled publications that have come"),
  schedule: put("/v1/courses/:courseId/schedule", "Publish a course at a later instant"),
  history: get("/v1/courses/:courseId/history", "The transitions of a course, in order"),
  revisions: get("/v1/courses/:courseId/revisions", "Revisions of a course, newest first"),
  discardRevision: del("/v1/courses/:courseId/revision", "Drop the open revision of a course"),
  dashboard: get("/v1/workflow", "What is in the workflow, the oldest in review first")
})

export const moduleRoutes = routes(Modules, moduleOperations, {
  add: post("/v1/courses/:courseId/modules", "Add a module to a course", { creates: true }),
  update: patch("/v1/modules/:moduleId", "Change a module; what is not named stays"),
  move: post("/v1/modules/:moduleId/move", "Give a module another place"),
  remove: del("/v1/modules/:moduleId", "Remove a module with its lessons")
})

export const lessonRoutes = routes(Lessons, lessonOperations, {
  add: post("/v1/modules/:moduleId/lessons", "Add a lesson to a module", { creates: "/v1/lessons/:id" }),
  get: get("/v1/lessons/:lessonId", "What everyone may know of a lesson", { public: true }),
  update: patch("/v1/lessons/:lessonId", "Change a lesson; what is not named stays", {
    version: "lesson.version"
  }),
  remove: del("/v1/lessons/:lessonId", "Remove a lesson that nobody learned from"),
  getBySlug: get("/v1/courses/:courseId/lesson-slugs/:slug", "One lesson, by its slug or a former one", {
    public: true
  }),
  getDraft: get("/v1/lessons/:lessonId/draft", "A lesson as authors see it", { version: "lesson.version" }),
  move: post("/v1/lessons/:lessonId/move", "Give a lesson another place"),
  submitForReview: post("/v1/lessons/:lessonId/submission", "Ask for a review"),
  approve: post("/v1/lessons/:lessonId/approval", "Publish a lesson that is in review"),
  reject: post("/v1/lessons/:lessonId/rejection", "Send a lesson back to its authors"),
  withdraw: post("/v1/lessons/:lessonId/withdrawal", "Take a lesson back from review"),
  archive: post("/v1/lessons/:lessonId/archiving", "Archive a published lesson"),
  unpublish: post("/v1/lessons/:lessonId/unpublication", "Make a draft of a published lesson"),
  restore: post("/v1/lessons/:lessonId/restoration", "Make a draft of an archived lesson"),
  history: get("/v1/lessons/:lessonId/history", "The transitions of a lesson, in order"),
  revisions: get("/v1/lessons/:lessonId/revisions", "Revisions of a lesson, newest first"),
  discardRevision: del("/v1/lessons/:lessonId/revision", "Drop the open revision of a lesson")
})

export const tagRoutes = routes(Tags, tagOperations, {
  list: get("/v1/tags", "Tags, by slug", { public: true }),
  create: post("/v1/tags", "Add a tag", { creates: "/v1/tags/:slug" }),
  get: get("/v1/tags/:slug", "One tag", { public: true }),
  update: patch("/v1/tags/:slug", "Change a tag; what is not named stays"),
  delete: del("/v1/tags/:slug", "Delete a tag; courses that carry it lose it")
})
