/** The door of certificates: what passing earns, and what anybody may check. */
export * from "./errors.ts"
export * from "./model.ts"
