/** Who is calling, before any use case is reached. Source: API-2, API-10. */
import type { Actor, Unavailable } from "@lyceum/core/shared"
import type { Effect } from "effect"
import type { Refused } from "./problem.ts"

export interface Caller {
  readonly actor: Actor
  /** Whether an API key is made for an operation; absent for users, who may call any. */
  readonly mayCall?: (operation: string) => boolean
  /** What its requests are counted by; absent for visitors, who are counted by address. */
  readonly countedAs?: string
}

export type IdentifyCaller = (request: Request) => Effect.Effect<Caller, Refused | Unavailable>

/** The longest credential that is looked at, in bytes. */
export const maximumTokenBytes = 8192

/** What follows `Bearer`; undefined without the header, null for a header that is something else. */
export const bearerOf = (header: string | null): string | null | undefined => {
  if (header === null) return undefined
  if (header.length > maximumTokenBytes + "Bearer ".length) return null
  return /^Bearer ([\w~+/.-]+=*)$/i.exec(header)?.[1] ?? null
}
