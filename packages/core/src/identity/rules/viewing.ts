/** Who may look as whom: pure, clockless. Source: KER-26. */
import { DateTime, Duration, Result } from "effect"
import { type Permission, requirePermission, type Standing } from "../../shared/actor.ts"
import { Forbidden } from "../../shared/errors.ts"
import { type Instant, isWithin } from "../../shared/instant.ts"
import { StatusNotAllowed } from "../errors.ts"
import type { Viewing } from "../model/viewing.ts"

const viewingLasts = Duration.minutes(30)

/** From this instant on the view is shut. */
export const viewableUntil = (now: Instant): Instant => DateTime.addDuration(now, viewingLasts)

/** Until just before its end. */
export const isOpen = ({ until }: Viewing, now: Instant): boolean => isWithin(now, { to: until })

/**
 * Refuses who lacks `manage_users`, and whoever would see by another's permission what they may not see themselves. Only
 * the active are viewed as: the standing of the suspended is empty, and would hide that they are admins.
 */
export const mayView = (
  me: Standing,
  viewed: Standing
): Result.Result<void, Forbidden | StatusNotAllowed> => {
  const allowed = requirePermission(me, "manage_users")
  if (Result.isFailure(allowed)) return allowed
  if (viewed.status !== "active") return Result.fail(new StatusNotAllowed({ status: viewed.status }))
  // What is held on one's own courses is held on other courses than the asker's: only the whole permission covers it.
  const held: ReadonlyArray<Permission> = [...viewed.permissions, ...viewed.onOwnCourses]
  const lacking = held.find((permission) => !me.permissions.has(permission))
  return lacking === undefined ? Result.void : Result.fail(new Forbidden({ permission: lacking }))
}
