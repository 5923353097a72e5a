/** Commands that are use cases: `lyceum NOUN VERB`, with the names of the library. Source: API-7, CLI-1. */
import {
  CurrentActor,
  IdempotencyKey,
  Invalid,
  type Methods,
  type Operation,
  service,
  strictly,
  user
} from "@lyceum/core/shared"
import { type Context, Effect, Option, Schema } from "effect"
import { Command } from "effect/cli"
import { paramsOf } from "./fields.ts"
import { print } from "./output.ts"
import { onServices } from "./services.ts"
import { As, IdempotencyKeySetting } from "./settings.ts"

export interface VerbOptions {
  /** What it does, in one line. */
  readonly about: string
  /** Fields that are arguments rather than flags, in order. */
  readonly args?: ReadonlyArray<string>
  /** What fields mean here, where the glossary says something else or nothing. */
  readonly fields?: Readonly<Record<string, string>>
  /** Columns of a list, where the first ones that fit do not tell enough. */
  readonly columns?: ReadonlyArray<string>
  readonly examples?: ReadonlyArray<{ readonly command: string; readonly description: string }>
}

/** Who runs a command: the user of `--as`, else the operator. */
const currentActor = Effect.map(As, Option.match({ onNone: () => service("operator"), onSome: user }))

/** Decodes an input strictly, naming every wrong field. */
export const decodeInput = (operation: Operation, json: unknown) =>
  Effect.mapError(
    Schema.decodeUnknownEffect(Schema.toCodecJson(operation.input), strictly)(json),
    Invalid.from
  )

/** Runs an effect as the actor that the flags name. */
export const asActor = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(currentActor, (actor) => Effect.provideService(effect, CurrentActor, actor))

/** As `asActor`, and under the idempotency key that the flags name. One key is for one use case. */
export const asAsked = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(IdempotencyKeySetting, (key) => Effect.provideService(asActor(effect), IdempotencyKey, key))

/** The verb of a use case, `roles.sweep_expired` on the command line: `sweep-expired`. */
export const verbOf = ({ name }: Operation): string => name.slice(name.indexOf(".") + 1).replaceAll("_", "-")

/** The command that a use case is. */
export const verb = <S, Ops extends Readonly<Record<string, Operation>>, Name extends keyof Ops & string>(
  tag: Context.Key<S, Methods<Ops>>,
  operations: Ops,
  name: Name,
  options: VerbOptions
) => {
  const operation = operations[name]!
  const { params, sample, toJson } = paramsOf(operation.input, options.args ?? [], options.fields)
  const encode = Schema.encodeSync(Schema.toCodecJson(operation.output)) as (answer: unknown) => unknown
  const handler = Effect.fnUntraced(function* (parsed: Readonly<Record<string, Option.Option<unknown>>>) {
    const input = yield* Effect.flatMap(toJson(parsed), (json) => decodeInput(operation, json))
    const methods = yield* tag
    yield* print(encode(yield* asAsked(methods[name](input))), options.columns)
  })
  return Command.make(verbOf(operation), params, handler as never).pipe(
    Command.withDescription(options.about),
    Command.withExamples([
      ...(options.examples ?? [
        {
          command: ["lyceum", operation.name.split(".")[0], verbOf(operation), ...sample].join(" "),
          description: options.about
        }
      ])
    ])
  ) as Command.Command<string, unknown, object, unknown, S>
}

/** A noun with its verbs. It is its verbs that have services: a noun alone has nothing to do but to name them. */
export const noun = <R>(
  name: string,
  about: string,
  verbs: ReadonlyArray<Command.Command<string, any, any, any, R>>
) =>
  Command.make(name).pipe(
    Command.withDescription(about),
    Command.withSubcommands(verbs.map(onServices) as never)
  ) as unknown as Command.Command<string, unknown, object, unknown, R>
