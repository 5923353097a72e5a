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
import { kebab } from "./names.ts"
import { print } from "./output.ts"
import { As, IdempotencyKeySetting } from "./settings.ts"

export interface VerbOptions {
  /** What it does, in one line. */
  readonly about: string
  /** Its name, where that of the use case repeats the noun: `grantRole` of roles is `grant`. */
  readonly verb?: string
  /** Fields that are arguments rather than flags, in order. */
  readonly args?: ReadonlyArray<string>
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

/** Runs an effect as the actor, and under the idempotency key, that the flags name. */
export const asAsked = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    return yield* effect.pipe(
      Effect.provideService(CurrentActor, yield* currentActor),
      Effect.provideService(IdempotencyKey, yield* IdempotencyKeySetting)
    )
  })

/** The command that a use case is. */
export const verb = <S, Ops extends Readonly<Record<string, Operation>>, Name extends keyof Ops & string>(
  tag: Context.Key<S, Methods<Ops>>,
  operations: Ops,
  name: Name,
  options: VerbOptions
) => {
  const operation = operations[name]!
  const { params, toJson } = paramsOf(operation.input, options.args ?? [])
  const encode = Schema.encodeSync(Schema.toCodecJson(operation.output)) as (answer: unknown) => unknown
  const handler = Effect.fnUntraced(function* (parsed: Readonly<Record<string, Option.Option<unknown>>>) {
    const input = yield* Effect.flatMap(toJson(parsed), (json) => decodeInput(operation, json))
    const methods = yield* tag
    yield* print(encode(yield* asAsked(methods[name](input))), options.columns)
  })
  return Command.make(options.verb ?? kebab(name), params, handler as never).pipe(
    Command.withDescription(options.about),
    Command.withExamples([...(options.examples ?? [])])
  ) as Command.Command<string, unknown, object, unknown, S>
}

/** A noun with its verbs. */
export const noun = <R>(
  name: string,
  about: string,
  verbs: ReadonlyArray<Command.Command<string, any, any, any, R>>
) =>
  Command.make(name).pipe(
    Command.withDescription(about),
    Command.withSubcommands(verbs as never)
  ) as unknown as Command.Command<string, unknown, object, unknown, R>
