/** Samples, by name and as a whole. */
export * from "./samples.ts"
export * as samples from "./samples.ts"
