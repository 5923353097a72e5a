/** The roles and permissions that ship; both stores are seeded with them. Source: RBAC-9. */
import { DateTime } from "effect"
import { type Permission, permissions } from "../shared/actor.ts"
import { type PermissionInfo, type Role, RoleId, RoleName } from "./model.ts"

const descriptions: Readonly<Record<Permission, string>> = {
  "content.create": "Create courses",
  "content.edit": "Edit courses, modules and lessons, whoever made them",
  "content.review": "See what is in review, and send it back",
  "content.publish": "Approve and publish",
  "content.archive": "Archive, unpublish and restore what is published",
  manage_content: "Keep tags, categories and media in order",
  "media.manage": "Upload and change media",
  manage_users: "See all users, suspend them, grant and revoke roles",
  view_analytics: "Read analytics",
  "billing.view": "See payments and entitlements",
  "billing.manage": "Grant and revoke entitlements",
  "assessments:create": "Create assessments and questions",
  "assessments:read": "Read assessments with their answers",
  "assessments:update": "Change assessments and questions",
  "assessments:delete": "Delete assessments and questions",
  "assessments:grade": "Grade answers",
  "referrals.manage": "Change referral programs and rules",
  "referrals.view": "See referrals, clicks and commissions",
  "referrals.payout": "Approve payouts",
  "community.participate": "Write in discussions",
  "community.moderate": "Hide and remove what others wrote",
  "operations.view": "See health, events and jobs",
  "operations.manage": "Flip kill switches, replay events and jobs",
  "privacy.manage": "Run privacy requests"
}

export const shippedPermissions: ReadonlyArray<PermissionInfo> = (
  Object.keys(permissions) as Array<Permission>
).map((permissionKey) => ({
  permissionKey,
  description: descriptions[permissionKey],
  isDangerous: permissions[permissionKey].dangerous
}))

/** Before anybody could have changed anything. */
const shippedAt = DateTime.makeUnsafe(0)

const role = (
  /** The last digits of an id that is the same everywhere: shipped rows can be told from those made here. */
  digits: number,
  roleName: string,
  given: Pick<Role, "description" | "isSystem" | "sortOrder"> & {
    readonly adds?: ReadonlyArray<Permission>
    readonly onOwnCourses?: ReadonlyArray<Permission>
  }
): Role => {
  const { adds = [], onOwnCourses = [], ...fields } = given
  const held = (scoped: boolean) => (permission: Permission) => ({
    permission,
    onOwnCourses: scoped,
    grantedAt: shippedAt
  })
  return {
    ...fields,
    id: RoleId.make(`00000000-0000-7000-8000-${digits.toString().padStart(12, "0")}`),
    roleName: RoleName.make(roleName),
    permissions: [...adds.map(held(false)), ...onOwnCourses.map(held(true))].sort((a, b) =>
      a.permission < b.permission ? -1 : 1
    ),
    createdAt: shippedAt,
    updatedAt: shippedAt,
    version: 1
  }
}

const moderators: ReadonlyArray<Permission> = [
  "content.edit",
  "content.review",
  "content.publish",
  "manage_content",
  "media.manage",
  "assessments:create",
  "assessments:read",
  "assessments:update",
  "assessments:grade",
  "community.moderate",
  "view_analytics",
  "referrals.view"
]
const members: ReadonlyArray<Permission> = ["community.participate"]
const inherited = new Set<Permission>([...members, ...moderators])

export const shippedRoles: ReadonlyArray<Role> = [
  role(0, "visitor", { description: "Whoever is not signed in", isSystem: true, sortOrder: 0 }),
  role(10, "member", {
    description: "Everybody who is signed in",
    isSystem: true,
    sortOrder: 10,
    adds: members
  }),
  role(20, "premium_member", { description: "Paying members", isSystem: true, sortOrder: 20 }),
  role(30, "moderator", {
    description: "Reviews, publishes and moderates",
    isSystem: true,
    sortOrder: 30,
    adds: moderators
  }),
  role(40, "admin", {
    description: "May do everything",
    isSystem: true,
    sortOrder: 40,
    adds: (Object.keys(permissions) as Array<Permission>).filter((permission) => !inherited.has(permission))
  }),
  role(100, "instructor", {
    description: "Makes courses, and runs those of their own",
    isSystem: false,
    sortOrder: 25,
    adds: ["content.create"],
    onOwnCourses: [
      "content.edit",
      "media.manage",
      "assessments:create",
      "assessments:read",
      "assessments:update",
      "assessments:delete",
      "assessments:grade",
      "view_analytics"
    ]
  })
]

/** The role that can do everything; someone always holds it for good (RBAC-3). */
export const adminRole = RoleName.make("admin")
