import { Learning, progressOperations } from "@lyceum/core/learning"
import { get, post, put, routes } from "../endpoint.ts"

export const progressRoutes = routes(Learning, progressOperations, {
  listCourses: get("/v1/me/progress", "The courses that one learns from, and how far one is in each"),
  course: get("/v1/courses/:courseId/progress", "How far one is in a course"),
  next: get("/v1/courses/:courseId/progress/next", "The lesson to go on with"),
  get: get("/v1/lessons/:lessonId/progress", "What one has done in a lesson"),
  record: put("/v1/lessons/:lessonId/progress", "Open a lesson, or tell how far one is"),
  heartbeat: post("/v1/lessons/:lessonId/heartbeats", "Tell that one is still learning, and what was played"),
  complete: post("/v1/lessons/:lessonId/completion", "Mark a lesson as completed"),
  track: post("/v1/me/progress/events", "Tell what happened while one learned"),
  reset: post("/v1/lessons/:lessonId/progress/reset", "Begin a lesson anew; what was credited stays"),
  addBookmark: post("/v1/lessons/:lessonId/bookmarks", "Keep a place in a lesson"),
  removeBookmark: post("/v1/lessons/:lessonId/bookmarks/removal", "Forget a place in a lesson")
})
