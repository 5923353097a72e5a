/** The door of progress: the facts of completion. */
export * from "./model.ts"
export { ProgressStore } from "./ports.ts"
export { learnerTracesLayer } from "./traces.ts"
