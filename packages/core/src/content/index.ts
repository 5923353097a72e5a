/** The door of content: courses, modules, lessons and tags, and their way from draft to readers. */
export * from "./errors.ts"
export * from "./model/index.ts"
export * from "./operations/index.ts"
export { KeptVersions, LearnerTraces, LessonBodies } from "./ports.ts"
export { learnerBodyOf } from "./rules/edits.ts"
export { isLive, isOwn } from "./rules/visibility.ts"
export { isPublished } from "./rules/workflow.ts"
