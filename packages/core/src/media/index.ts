/** The door of media: what lies with outside providers. */
export * from "./model.ts"
