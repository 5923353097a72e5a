import {
  Access,
  accessOperations,
  entitlementOperations,
  Entitlements,
  overrideOperations,
  Overrides,
  ruleOperations,
  Rules,
  tierOperations,
  Tiers
} from "@lyceum/core/access"
import { del, get, patch, post, put, routes } from "../endpoint.ts"

export const accessRoutes = routes(Access, accessOperations, {
  userCanAccess: get("/v1/access", "Whether somebody may read something"),
  canReadLessons: get("/v1/access/lessons", "Whether some lessons may be read, in one read"),
  explain: get("/v1/access/explanation", "Why somebody may read something, or why not"),
  canReadCourse: get("/v1/courses/:courseId/access", "Whether a course may be read"),
  lessonsOfCourse: get("/v1/courses/:courseId/lessons", "A course page: which of its lessons may be read"),
  readCourse: get("/v1/courses/:courseId/reading", "A course and what is in it, as one may see it"),
  canReadLesson: get("/v1/lessons/:lessonId/access", "Whether a lesson may be read"),
  readLesson: get("/v1/lessons/:lessonId/reading", "The lesson itself, for who may read it"),
  myCourseAccess: get("/v1/me/courses", "The courses that one may read"),
  myLessonAccess: get("/v1/me/lessons", "The lessons that one may read")
})

export const tierRoutes = routes(Tiers, tierOperations, {
  list: get("/v1/tiers", "Tiers, by rank", { public: true }),
  create: post("/v1/tiers", "Add a tier", { creates: true }),
  update: patch("/v1/tiers/:tierKey", "Change a tier; what is not named stays"),
  deactivate: post("/v1/tiers/:tierKey/deactivation", "End the sale of a tier")
})

export const entitlementRoutes = routes(Entitlements, entitlementOperations, {
  list: get("/v1/entitlements", "Entitlements of somebody, newest first"),
  grant: post("/v1/entitlements", "Grant a tier or a course", { creates: true, ifNew: "isNew" }),
  find: get("/v1/entitlements/by-source", "The entitlement that a source knows by a reference"),
  listDead: get("/v1/entitlements/dead", "Entitlements that count for nothing"),
  renew: post("/v1/entitlements/:entitlementId/renewal", "Let it last longer"),
  cancel: post("/v1/entitlements/:entitlementId/cancellation", "Do not expect it to be renewed"),
  revoke: post("/v1/entitlements/:entitlementId/revocation", "Take it back, at once and for good"),
  sweep: post("/v1/entitlements/sweeps", "Mark what has ended as expired")
})

export const ruleRoutes = routes(Rules, ruleOperations, {
  get: get("/v1/courses/:courseId/access-rule", "What a course asks for"),
  set: put("/v1/courses/:courseId/access-rule", "Set what a course asks for"),
  remove: del("/v1/courses/:courseId/access-rule", "Take the rule of a course away")
})

export const overrideRoutes = routes(Overrides, overrideOperations, {
  list: get("/v1/lessons/:lessonId/access-overrides", "Exceptions of a lesson, past and future"),
  add: post("/v1/lessons/:lessonId/access-overrides", "Make an exception for a lesson", { creates: true }),
  remove: del("/v1/access-overrides/:overrideId", "Take an exception away")
})
