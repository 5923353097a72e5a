/** The door of content: courses, modules, lessons and tags, and their way from draft to readers. */
export * from "./model/index.ts"
