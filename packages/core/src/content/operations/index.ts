/** Every use case of content, by noun. */
export * from "./courses.ts"
export * from "./lessons.ts"
export * from "./modules.ts"
export * from "./tags.ts"
