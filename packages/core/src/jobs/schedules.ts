/** What the platform does by the clock. All of it on this page. Source: OPS-4. */
import { Cron, Schema } from "effect"

/** When, in UTC, as `minute hour day-of-month month day-of-week`; and what. */
export const schedules = {
  deliver_outbox: {
    cron: "* * * * *",
    does: "hands on events that were stored but not delivered yet (KER-18)"
  },
  sweep_entitlements: {
    cron: "*/5 * * * *",
    does: "marks entitlements whose end has passed as expired (ACC-13)"
  },
  sweep_role_assignments: {
    cron: "*/5 * * * *",
    does: "marks role assignments whose end has passed as expired (RBAC-5)"
  },
  expire_attempts: {
    cron: "* * * * *",
    does: "stores the end of attempts whose time is up (ASM-6)"
  },
  tell_published: {
    cron: "* * * * *",
    does: "tells of scheduled publications whose instant has come (CON-2)"
  },
  forget_idempotency_keys: {
    cron: "17 * * * *",
    does: "deletes answers remembered for more than a day (KER-20)"
  },
  rotate_address_salts: { cron: "0 0 * * *", does: "destroys the salts of days before yesterday (KER-25)" },
  forget_finished_jobs: { cron: "41 3 * * *", does: "deletes jobs completed more than 30 days ago" },
  forget_webhook_deliveries: {
    cron: "47 3 * * *",
    does: "deletes webhook deliveries settled more than 30 days ago"
  }
} as const
export type ScheduleName = keyof typeof schedules
export const ScheduleName = Schema.Literals(Object.keys(schedules) as Array<ScheduleName>).annotate({
  identifier: "ScheduleName"
})

/** The expressions, read once; one that cannot be read stops the program where it begins. */
export const crons: ReadonlyArray<readonly [ScheduleName, Cron.Cron]> = (
  Object.keys(schedules) as Array<ScheduleName>
).map((name) => [name, Cron.parseUnsafe(schedules[name].cron, "UTC")])
