/** The door of learning: progress, and when a lesson or a course is complete. */
export * from "./errors.ts"
export * from "./model.ts"
export { progressOperations } from "./operations.ts"
export { analyticsSubscriber, completionsSubscriber, LearningReactions } from "./service/following.ts"
export { Learning } from "./service/learning.ts"
export { prerequisitesLayer } from "./service/prerequisites.ts"
