/** How a refusal is told over HTTP: problem+json, in the client's language. Source: API-3, KER-12, KER-13. */
import { tellings } from "@lyceum/core"
import type { Telling } from "@lyceum/core/shared"
import { Data } from "effect"
import type { Language } from "./language.ts"
import { type DoorCode, doorTellings, statusOfFamily, titles } from "./status.ts"

/** What the door refuses by itself. */
export class Refused extends Data.TaggedError("Refused")<{
  readonly code: DoorCode
  /** Told to the client beside the sentence. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}> {}

/** What is sent: enough to make a response of, and nothing else. */
export interface Answer {
  readonly status: number
  readonly body: string | Uint8Array<ArrayBuffer> | null
  readonly headers: Readonly<Record<string, string>>
}

/** A problem, whose body is always text. */
export interface Problem extends Answer {
  readonly body: string
}

/** What every problem of one request has in common. */
export interface ProblemScope {
  readonly language: Language
  readonly requestId: string
  /** What problem types begin with; the code follows. */
  readonly problemBase: string
}

/** A refusal of the core, and its JSON: `{ _tag, … }`. */
export interface ToldRefusal {
  readonly refusal: { readonly _tag: string }
  readonly json: Readonly<Record<string, unknown>>
}

export const isRefusal = (value: unknown): value is { readonly _tag: string } =>
  value !== null &&
  typeof value === "object" &&
  "_tag" in value &&
  typeof value._tag === "string" &&
  value._tag in tellings

const tellingOf = (code: string): Telling<{ readonly _tag: string }> =>
  // Each telling takes its own refusal; which one it is, is known by its code.
  tellings[code as keyof typeof tellings] as unknown as Telling<{ readonly _tag: string }>

/** The status of a code of the core. */
export const statusOfCode = (code: string): number => statusOfFamily[tellingOf(code).family]

const problem = (
  scope: ProblemScope,
  said: { readonly code: string; readonly status: number; readonly detail: string },
  more: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {}
): Problem => ({
  status: said.status,
  body: JSON.stringify({
    type: `${scope.problemBase}${said.code}`,
    title: titles[said.status]?.[scope.language] ?? said.code,
    status: said.status,
    code: said.code,
    detail: said.detail,
    ...more,
    requestId: scope.requestId
  }),
  headers: {
    "content-type": "application/problem+json; charset=utf-8",
    "content-language": scope.language,
    "cache-control": "no-store",
    ...headers
  }
})

const authenticate = 'Bearer realm="lyceum"'

const headersOf = (status: number, data: Readonly<Record<string, unknown>>): Record<string, string> => {
  const headers: Record<string, string> = {}
  if (status === 401) headers["www-authenticate"] = authenticate
  const seconds = data["retryAfterSeconds"]
  if (typeof seconds === "number") headers["retry-after"] = String(seconds)
  else if (status === 503) headers["retry-after"] = "5"
  return headers
}

/** A refusal of a use case. Wrong fields are `errors`; any other data is `data`, as the refusal's schema says. */
export const tellRefusal = ({ json, refusal }: ToldRefusal, scope: ProblemScope): Answer => {
  const telling = tellingOf(refusal._tag)
  const status = statusOfFamily[telling.family]
  const { _tag, issues, ...data } = json
  return problem(
    scope,
    { code: refusal._tag, status, detail: telling[scope.language](refusal) },
    {
      ...(issues !== undefined && { errors: issues }),
      ...(Object.keys(data).length > 0 && { data })
    },
    headersOf(status, data)
  )
}

/** A refusal of the door itself. */
export const tellRefused = ({ code, data = {}, headers }: Refused, scope: ProblemScope): Problem => {
  const telling = doorTellings[code]
  return problem(
    scope,
    { code, status: telling.status, detail: telling[scope.language] },
    Object.keys(data).length > 0 ? { data } : {},
    {
      ...headersOf(telling.status, data),
      ...(code === "http.bad_token" && { "www-authenticate": `${authenticate}, error="invalid_token"` }),
      ...headers
    }
  )
}
