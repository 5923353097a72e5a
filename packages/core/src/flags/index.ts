/** The door of flags: kill switches and rollouts. */
export { type CriticalFlag, criticalFlags, initialFlags, KillSwitches, writeGateLayer } from "./critical.ts"
export * from "./errors.ts"
export * from "./model.ts"
export { ReadOnlyTimes } from "./ports.ts"
export { FeatureFlags } from "./service.ts"
