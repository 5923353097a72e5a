/** The door of assessments: questions, attempts and their grades. */
export * from "./errors.ts"
export * from "./model/index.ts"
export { PassedAssessments } from "./passed.ts"
export { Prerequisites } from "./ports.ts"
export { grantedOf } from "./rules/deadline.ts"
export { activeStatuses } from "./rules/machine.ts"
export { endOf } from "./rules/start.ts"
export { AttemptFacts, type Taken } from "./service/facts.ts"
