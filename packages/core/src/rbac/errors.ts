/** The ways rbac says no. */
import { Schema } from "effect"
import type { Tellings } from "../shared/errors.ts"

export class RoleNotFound extends Schema.TaggedError<RoleNotFound>()("rbac.role_not_found", {
  role: Schema.String
}) {}
export class RoleExists extends Schema.TaggedError<RoleExists>()("rbac.role_exists", {
  role: Schema.String
}) {}

/** The user does not hold the role by a grant: there is nothing to revoke. */
export class RoleNotHeld extends Schema.TaggedError<RoleNotHeld>()("rbac.role_not_held", {
  role: Schema.String
}) {}

/** System roles are neither deleted nor renamed, and what `visitor` and `admin` hold is fixed. Source: RBAC-6. */
export class RoleFixed extends Schema.TaggedError<RoleFixed>()("rbac.role_fixed", { role: Schema.String }) {}

/** Somebody still holds the role. */
export class RoleInUse extends Schema.TaggedError<RoleInUse>()("rbac.role_in_use", { role: Schema.String }) {}

/** There is an admin for good already. Source: IDN-8. */
export class FirstAdminExists extends Schema.TaggedError<FirstAdminExists>()("rbac.first_admin_exists", {}) {}

export type RbacRefusal = RoleNotFound | RoleExists | RoleNotHeld | RoleFixed | RoleInUse | FirstAdminExists

export const rbacTellings: Tellings<RbacRefusal> = {
  "rbac.role_not_found": {
    family: "not_found",
    en: ({ role }) => `There is no role ${role}.`,
    fr: ({ role }) => `Il n'y a pas de rôle ${role}.`
  },
  "rbac.role_exists": {
    family: "conflict",
    en: ({ role }) => `There is a role ${role} already.`,
    fr: ({ role }) => `Il y a déjà un rôle ${role}.`
  },
  "rbac.role_not_held": {
    family: "conflict",
    en: ({ role }) => `This user was not granted the role ${role}, or it has ended.`,
    fr: ({ role }) => `Cet utilisateur n'a pas reçu le rôle ${role}, ou il a pris fin.`
  },
  "rbac.role_fixed": {
    family: "conflict",
    en: ({ role }) => `The platform relies on the role ${role}: this cannot be changed.`,
    fr: ({ role }) => `La plateforme repose sur le rôle ${role} : cela ne peut pas être modifié.`
  },
  "rbac.role_in_use": {
    family: "conflict",
    en: ({ role }) => `Somebody still holds the role ${role}. Revoke it first.`,
    fr: ({ role }) => `Quelqu'un a encore le rôle ${role}. Révoquez-le d'abord.`
  },
  "rbac.first_admin_exists": {
    family: "conflict",
    en: () => "There is an admin already. Ask one to grant the role.",
    fr: () => "Il y a déjà un administrateur. Demandez-lui d'accorder le rôle."
  }
}
