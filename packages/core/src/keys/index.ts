/** The door of keys: what services show instead of a user's token. */
export * from "./errors.ts"
export * from "./model.ts"
export { permits } from "./rules.ts"
export { Keys } from "./service.ts"
export { KeyVerifier, type Verified } from "./verifier.ts"
