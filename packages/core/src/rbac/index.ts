/** The door of rbac: who may do what. */
export { authorityLayer } from "./authority.ts"
export * from "./model.ts"
export {
  type AssignmentFacts,
  type PaidUntil,
  type RoleFacts,
  standingOf,
  type StandingFacts
} from "./rules.ts"
