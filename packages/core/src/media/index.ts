/** The door of media: what lies with outside providers. */
export * from "./errors.ts"
export * from "./model.ts"
