/**
 * How Lyceum says no, and the refusals that any use case may answer with. Source: KER-12, KER-13, KER-14.
 *
 * A refusal is a tagged error whose tag is its stable code. Its family gives the HTTP status (the table is in
 * adapters-http), its sentences are what a person reads.
 */
import { Schema, SchemaIssue } from "effect"

export type Family =
  | "invalid"
  | "unauthenticated"
  | "payment_required"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "stale_version"
  | "version_required"
  | "rate_limited"
  | "unavailable"

/** What a person is told, in each language, and the family of the refusal. */
export interface Telling<in Refusal> {
  readonly family: Family
  readonly en: (refusal: Refusal) => string
  readonly fr: (refusal: Refusal) => string
}

/** One telling per code: a refusal without a line does not compile. */
export type Tellings<Refusal extends { readonly _tag: string }> = {
  readonly [Code in Refusal["_tag"]]: Telling<Extract<Refusal, { readonly _tag: Code }>>
}

/** One wrong field: where it is, and what is wrong with it. */
export const FieldIssue = Schema.Struct({
  path: Schema.Array(Schema.Union([Schema.String, Schema.Int])),
  message: Schema.String
})
export type FieldIssue = typeof FieldIssue.Type

/** The input is wrong; every wrong field is named at once, unknown fields among them. */
export class Invalid extends Schema.TaggedError<Invalid>()("kernel.invalid", {
  issues: Schema.Array(FieldIssue)
}) {
  static at(path: FieldIssue["path"], message: string): Invalid {
    return new Invalid({ issues: [{ path, message }] })
  }

  /** Free of `this`, so that it can be handed on: `Effect.mapError(decoded, Invalid.from)`. */
  static readonly from = (error: Schema.SchemaError): Invalid =>
    new Invalid({
      issues: toStandard(error.issue).issues.map(({ message, path = [] }) => ({
        message,
        path: path.map((step) =>
          typeof step === "object" ? String(step.key) : typeof step === "symbol" ? String(step) : step
        )
      }))
    })
}

/** A pattern is told by its description, where it has one: nobody reads regular expressions. */
const toStandard = SchemaIssue.makeFormatterStandardSchemaV1({
  checkHook: (issue) => {
    const description = issue.filter.annotations?.["description"]
    const message = SchemaIssue.defaultCheckHook(issue)
    return message ?? (typeof description === "string" ? `Expected ${description}` : undefined)
  }
})

/** Strict decoding for every door: all issues at once, unknown fields are wrong fields. */
export const strictly = { errors: "all", onExcessProperty: "error" } as const

export class SignInRequired extends Schema.TaggedError<SignInRequired>()("kernel.sign_in_required", {}) {}

/** Names the permission that is missing; absent where it is not a permission but a relation that is missing. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("kernel.forbidden", {
  permission: Schema.optionalKey(Schema.String),
  /** What would be needed, where no single permission says it: "the creator of the course". */
  needs: Schema.optionalKey(Schema.String)
}) {}

/** A suspended account, or one that its owner deleted and can still restore, may do only what anonymous may. Source: IDN-7, IDN-9. */
export class Suspended extends Schema.TaggedError<Suspended>()("kernel.suspended", {
  status: Schema.Literals(["suspended", "deleted"])
}) {}

/** Somebody else changed it meanwhile: read it again, then decide. Source: KER-23. */
export class StaleVersion extends Schema.TaggedError<StaleVersion>()("kernel.stale_version", {
  current: Schema.Int
}) {}

/** The same idempotency key came with another input. Source: KER-20. */
export class IdempotencyKeyReused extends Schema.TaggedError<IdempotencyKeyReused>()(
  "kernel.idempotency_key_reused",
  {}
) {}

/** The first request with this idempotency key is still running. Source: KER-20. */
export class IdempotencyKeyInFlight extends Schema.TaggedError<IdempotencyKeyInFlight>()(
  "kernel.idempotency_key_in_flight",
  {
    retryAfterSeconds: Schema.Int
  }
) {}

/** `emergency_read_only_mode` is on: queries go on, commands do not. Source: OPS-2. */
export class ReadOnlyMode extends Schema.TaggedError<ReadOnlyMode>()("kernel.read_only_mode", {
  retryAfterSeconds: Schema.Int
}) {}

/** Something this use case needs is switched off or not configured; `what` names it. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("kernel.unavailable", {
  what: Schema.String,
  retryAfterSeconds: Schema.optionalKey(Schema.Int)
}) {}

/** What any command may answer beside its own refusals. */
export const commandRefusals = [
  Invalid,
  SignInRequired,
  Forbidden,
  Suspended,
  StaleVersion,
  IdempotencyKeyReused,
  IdempotencyKeyInFlight,
  ReadOnlyMode,
  Unavailable
] as const
export type CommandRefusal = InstanceType<(typeof commandRefusals)[number]>

/** What any query may answer beside its own refusals. */
export const queryRefusals = [Invalid, SignInRequired, Forbidden, Suspended, Unavailable] as const
export type QueryRefusal = InstanceType<(typeof queryRefusals)[number]>

export const kernelTellings: Tellings<CommandRefusal> = {
  "kernel.invalid": {
    family: "invalid",
    en: ({ issues }) => `${issues.length === 1 ? "One field is" : `${issues.length} fields are`} not valid.`,
    fr: ({ issues }) =>
      issues.length === 1 ? "Un champ n'est pas valide." : `${issues.length} champs ne sont pas valides.`
  },
  "kernel.sign_in_required": {
    family: "unauthenticated",
    en: () => "You need to sign in for this.",
    fr: () => "Vous devez vous connecter."
  },
  "kernel.forbidden": {
    family: "forbidden",
    en: ({ needs, permission }) => {
      const missing = needs ?? (permission && `the permission ${permission}`)
      return `You are not allowed to do this${missing === undefined ? "" : `: it takes ${missing}`}.`
    },
    fr: ({ needs, permission }) => {
      const missing = needs ?? (permission && `la permission ${permission}`)
      return `Vous n'avez pas le droit de faire cela${missing === undefined ? "" : ` : il faut ${missing}`}.`
    }
  },
  "kernel.suspended": {
    family: "forbidden",
    en: ({ status }) =>
      `This account is ${status}.${status === "deleted" ? " It can be restored for 30 days." : ""}`,
    fr: ({ status }) =>
      status === "deleted"
        ? "Ce compte est supprimé. Il peut être restauré pendant 30 jours."
        : "Ce compte est suspendu."
  },
  "kernel.stale_version": {
    family: "stale_version",
    en: ({ current }) => `It was changed meanwhile; its version is now ${current}.`,
    fr: ({ current }) => `Il a été modifié entre-temps ; sa version est maintenant ${current}.`
  },
  "kernel.idempotency_key_reused": {
    family: "invalid",
    en: () => "This idempotency key was used before with another input.",
    fr: () => "Cette clé d'idempotence a déjà servi avec une autre entrée."
  },
  "kernel.idempotency_key_in_flight": {
    family: "conflict",
    en: () => "The first request with this idempotency key is still running.",
    fr: () => "La première requête avec cette clé d'idempotence est encore en cours."
  },
  "kernel.read_only_mode": {
    family: "unavailable",
    en: () => "The platform is read-only for the moment. Nothing was changed.",
    fr: () => "La plateforme est en lecture seule pour le moment. Rien n'a été modifié."
  },
  "kernel.unavailable": {
    family: "unavailable",
    en: ({ what }) => `${what} is not available at the moment.`,
    fr: ({ what }) => `${what} n'est pas disponible pour le moment.`
  }
}
