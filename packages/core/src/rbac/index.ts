/** The door of rbac: who may do what. */
export { authorityLayer } from "./authority.ts"
export { shippedPermissions, shippedRoles } from "./catalogue.ts"
export * from "./errors.ts"
export * from "./model.ts"
export { operations } from "./operations.ts"
export {
  type AssignmentFacts,
  type PaidUntil,
  type RoleFacts,
  standingOf,
  type StandingFacts
} from "./rules/standing.ts"
export { PaidMembership } from "./ports.ts"
export { adminGuardLayer } from "./service/grants.ts"
export { Roles } from "./service/roles.ts"
