/** The assignments that the log of grants tells of: what the stored ones are compared with. Source: RBAC-5. */
import type { GrantEntry } from "../src/rbac/index.ts"
import type { Instant } from "../src/shared/instant.ts"

/** Of an assignment, what the log tells. */
export interface Replayed {
  readonly isActive: boolean
  readonly expiresAt?: Instant
}

/** By `user role`, from entries oldest first. */
export const replay = (
  entries: ReadonlyArray<Pick<GrantEntry, "userId" | "roleId" | "operation" | "expiresAt">>
): ReadonlyMap<string, Replayed> => {
  const assignments = new Map<string, Replayed>()
  for (const { expiresAt, operation, roleId, userId } of entries) {
    const end = expiresAt === undefined ? {} : { expiresAt }
    assignments.set(
      `${userId} ${roleId}`,
      operation === "GRANT" ? { isActive: true, ...end } : { isActive: false }
    )
  }
  return assignments
}
