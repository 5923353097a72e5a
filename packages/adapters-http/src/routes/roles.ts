import { operations, Roles } from "@lyceum/core/rbac"
import { get, patch, post, put, routes } from "../endpoint.ts"
import { unreachable } from "./unreachable.ts"

export const roleRoutes = routes(Roles, operations, {
  listRoles: get("/v1/roles", "Roles, by name", { public: true }),
  create: post("/v1/roles", "Add a custom role", { creates: "/v1/roles/:roleName" }),
  getRole: get("/v1/roles/:role", "One role", { public: true }),
  change: patch("/v1/roles/:role", "Rename or redescribe a role"),
  remove: post("/v1/roles/:role/deletion", "Delete a custom role that nobody holds"),
  setPermissions: put("/v1/roles/:role/permissions", "Set what a role holds"),
  listHolders: get("/v1/roles/:role/holders", "Who holds a role"),
  grant: post("/v1/roles/:role/holders", "Grant a role, or set when it ends"),
  revoke: post("/v1/roles/:role/holders/:userId/revocation", "Take a role back"),
  grantsLog: get("/v1/role-grants", "The log of grants, newest first"),
  sweepExpired: post("/v1/role-grants/sweeps", "Write down which grants have expired"),
  listPermissions: get("/v1/permissions", "Every permission there is", { public: true }),
  userPermissions: get("/v1/held-permissions", "Roles and permissions that somebody holds now"),
  hasPermission: get("/v1/held-permissions/:permission", "Whether somebody holds a permission"),
  hasRole: get("/v1/held-roles/:role", "Whether somebody holds a role"),
  firstAdmin: unreachable["roles.first_admin"]
})
