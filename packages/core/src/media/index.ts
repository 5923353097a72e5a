/** The door of media: what lies with outside providers. */
export * from "./errors.ts"
export * from "./model.ts"
export { Assets } from "./ports.ts"
export type { VideoLink } from "./rules.ts"
export { MediaLibrary, VideoLinks } from "./service.ts"
