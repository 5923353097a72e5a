/** What a request is called: in the logs, in the answer, and in the database for whoever looks at a statement. */
import { Context } from "effect"

/** Absent where nobody named it: at the command line, and in work that runs by itself. */
export const RequestName = Context.Reference<string | undefined>("lyceum/shared/RequestName", {
  defaultValue: () => undefined
})
