/** What a deployment chooses about access. */
import { Context } from "effect"

/** Whether a course without an active rule is open to everyone or shut to all but those who were given it. Source: ACC-3 step 2. */
export const CourseDefault = Context.Reference<"open" | "closed">("lyceum/access/CourseDefault", {
  defaultValue: () => "open"
})
