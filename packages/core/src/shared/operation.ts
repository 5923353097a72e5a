/**
 * What a use case is called, takes, answers and refuses with: one definition per use case, from which the service's
 * type, the HTTP route, the client and the command line are derived.
 */
import { type Effect, Schema } from "effect"
import type { CurrentActor } from "./actor.ts"
import { type CommandRefusal, commandRefusals, type QueryRefusal, queryRefusals } from "./errors.ts"

/** An error class of a context's `errors.ts`. */
export interface RefusalClass extends Schema.Codec<any, any> {
  readonly Type: { readonly _tag: string }
}

interface Definition<I, O, E> {
  /** `context.verb`: its name in traces, in idempotency keys and in the API's operation ids. */
  readonly name: string
  readonly input: I
  readonly output: O
  /** Its own refusals, as classes; those that any use case has come by themselves. */
  readonly refusals: ReadonlyArray<E>
}

export interface CommandOptions {
  /** Who is let in beside active users and services; nobody when absent. `deleted`: who deleted their own profile. */
  readonly admits?: "anonymous" | "deleted"
  /** True for what must work while the platform is read-only. Source: OPS-2. */
  readonly evenReadOnly?: true
  /** Fields of the answer that are secrets: an answer repeated under an idempotency key (KER-20) comes without them. */
  readonly shownOnce?: ReadonlyArray<string>
}

export interface Command<
  I extends Schema.Codec<any, any>,
  O extends Schema.Codec<any, any>,
  E extends RefusalClass
>
  extends Definition<I, O, E>, CommandOptions {
  readonly kind: "command"
}
export interface QueryOptions {
  /** `deleted`: who deleted their own profile is answered under their own id; elsewhere they ask as a visitor does. */
  readonly admits?: "deleted"
}

export interface Query<
  I extends Schema.Codec<any, any>,
  O extends Schema.Codec<any, any>,
  E extends RefusalClass
>
  extends Definition<I, O, E>, QueryOptions {
  readonly kind: "query"
}
export type Operation =
  | Command<Schema.Codec<any, any>, Schema.Codec<any, any>, RefusalClass>
  | Query<Schema.Codec<any, any>, Schema.Codec<any, any>, RefusalClass>

/** Defines a use case that may change state. */
export const command = <
  I extends Schema.Codec<any, any>,
  O extends Schema.Codec<any, any>,
  E extends RefusalClass = never
>(
  name: string,
  definition: { readonly input: I; readonly output: O; readonly refusals?: ReadonlyArray<E> } & CommandOptions
): Command<I, O, E> => ({ refusals: [], ...definition, kind: "command", name })

/** Defines a use case that changes nothing. */
export const query = <
  I extends Schema.Codec<any, any>,
  O extends Schema.Codec<any, any>,
  E extends RefusalClass = never
>(
  name: string,
  definition: { readonly input: I; readonly output: O; readonly refusals?: ReadonlyArray<E> } & QueryOptions
): Query<I, O, E> => ({ refusals: [], ...definition, kind: "query", name })

/** The refusals of a use case: its own and those of its kind. */
export type RefusalOf<Op extends Operation> =
  | Op["refusals"][number]["Type"]
  | (Op["kind"] extends "command" ? CommandRefusal : QueryRefusal)

/** The function that a use case is. */
export type Method<Op extends Operation> = (
  input: Op["input"]["Type"]
) => Effect.Effect<Op["output"]["Type"], RefusalOf<Op>, CurrentActor>

/** The service that a table of use cases is. */
export type Methods<Ops extends Readonly<Record<string, Operation>>> = {
  readonly [Name in keyof Ops]: Method<Ops[Name]>
}

/** The schema of all refusals of a use case; the wire speaks through it. */
export const refusalSchema = (operation: Operation): Schema.Codec<any, any> =>
  Schema.Union([...operation.refusals, ...(operation.kind === "command" ? commandRefusals : queryRefusals)])

/** For use cases that need no input. A struct without fields takes any object, so that unknown fields are told here. */
export const NoInput = Schema.Struct({}).check(
  Schema.makeFilter((input) =>
    Object.keys(input).map((field) => ({ path: [field], issue: "Unexpected key" }))
  )
)

/** For use cases that answer with nothing but that they did it. */
export const Done = Schema.Struct({})
export const done: typeof Done.Type = {}
