/** Use cases without a route, by name, each with its reason. Source: API-7. */
import type { Unreachable } from "../endpoint.ts"

export const unreachable = {
  "roles.first_admin": {
    unreachable:
      "The first admin is made by whoever holds the machine, at its command line; nobody on the network decides who it is."
  }
} as const satisfies Readonly<Record<string, Unreachable>>
