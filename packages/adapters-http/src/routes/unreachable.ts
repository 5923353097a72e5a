/** Use cases without a route, by name, each with its reason. Source: API-7. */
import type { Unreachable } from "../endpoint.ts"

export const unreachable = {} as const satisfies Readonly<Record<string, Unreachable>>
