/**
 * The one way into a use case: who asks, whether the platform takes commands, the transaction with its one instant,
 * and the idempotency key. Services are written as bodies behind it.
 */
import { Context, Effect, Layer, Option, Result, Schema } from "effect"
import { Digest } from "effect/crypto"
import {
  Authority,
  type Actor,
  anonymous,
  CurrentActor,
  type Standing,
  standingWithoutAccount
} from "./actor.ts"
import * as errors from "./errors.ts"
import { type Claim, IdempotencyKey, IdempotencyKeys } from "./idempotency.ts"
import { currentInstant, type Instant } from "./instant.ts"
import { canonicalJson } from "./json.ts"
import {
  type Command,
  type Method,
  type Query,
  type RefusalClass,
  refusalSchema,
  type RefusalOf
} from "./operation.ts"
import { Reactions } from "./reactions.ts"
import { timed } from "./timings.ts"
import { InTransaction, Transaction } from "./transaction.ts"

/** What the body of a use case is told beside its input. */
export interface Call {
  /** The one instant of this use case. */
  readonly now: Instant
  /** Who asks, and what they may do. */
  readonly me: Standing
}

/** Says whether commands are taken at the moment; flags answers it. Source: OPS-2. */
export class WriteGate extends Context.Service<
  WriteGate,
  {
    readonly check: Effect.Effect<void, errors.ReadOnlyMode>
  }
>()("lyceum/shared/WriteGate") {}

type AnyCommand = Command<Schema.Codec<any, any>, Schema.Codec<any, any>, RefusalClass>
type AnyQuery = Query<Schema.Codec<any, any>, Schema.Codec<any, any>, RefusalClass>

export class Door extends Context.Service<
  Door,
  {
    /** A command: its body runs in a transaction, after the checks that all commands share. */
    readonly command: <Op extends AnyCommand>(
      operation: Op,
      body: (
        input: Op["input"]["Type"],
        call: Call
      ) => Effect.Effect<Op["output"]["Type"], RefusalOf<Op>, InTransaction | CurrentActor>
    ) => Method<Op>
    /** A query: no transaction of ours; one instant all the same. Who deleted their profile asks as a visitor (IDN-7). */
    readonly query: <Op extends AnyQuery>(
      operation: Op,
      body: (
        input: Op["input"]["Type"],
        call: Call
      ) => Effect.Effect<Op["output"]["Type"], RefusalOf<Op>, CurrentActor>
    ) => Method<Op>
    /**
     * As `query`, for hot reads whose port brings the standing along with its facts: one round trip, not two.
     * To who is suspended or deleted their ports answer as to a visitor.
     */
    readonly hotQuery: <Op extends AnyQuery>(
      operation: Op,
      body: (
        input: Op["input"]["Type"],
        call: { readonly now: Instant; readonly actor: Actor }
      ) => Effect.Effect<Op["output"]["Type"], RefusalOf<Op>>
    ) => Method<Op>
  }
>()("lyceum/shared/Door") {
  static readonly layer = Layer.effect(
    Door,
    Effect.gen(function* () {
      const authority = yield* Authority
      const gate = yield* WriteGate
      const keys = yield* IdempotencyKeys
      const digest = yield* Digest.Digest
      const reactions = yield* Reactions
      const { run } = yield* Transaction

      const command = <Op extends AnyCommand>(
        operation: Op,
        body: Parameters<Door["Service"]["command"]>[1]
      ) => {
        const answers = remembering(operation, keys, digest)
        const admitted = Effect.fnUntraced(function* (input: unknown) {
          const { now } = yield* InTransaction
          const actor = yield* CurrentActor
          const me = yield* authority.admit(actor, now)
          yield* Effect.fromResult(mayEnter(operation, me))
          return yield* body(input, { now, me })
        })
        return Effect.fn(operation.name)(function* (input: unknown) {
          if (operation.evenReadOnly === undefined) yield* gate.check
          const actor = yield* CurrentActor
          // Visitors share one name: their keys would meet, and be stored before they are refused.
          if (actor._tag === "Anonymous")
            yield* Effect.fromResult(mayEnter(operation, standingWithoutAccount(actor)))
          const key = yield* IdempotencyKey
          const answer = Option.isNone(key)
            ? yield* run(admitted(input))
            : yield* Effect.flatMap(run(answers(key.value, input, run(admitted(input)))), Effect.fromResult)
          yield* reactions.nudge
          return answer
        }, timed(operation.name))
      }

      const query = <Op extends AnyQuery>(operation: Op, body: Parameters<Door["Service"]["query"]>[1]) =>
        Effect.fn(operation.name)(function* (input: unknown) {
          const actor = yield* CurrentActor
          const now = yield* currentInstant
          const me = yield* authority.standingOf(actor, now)
          return yield* me.status === "deleted" && operation.admits !== "deleted"
            ? asNobody(body(input, { now, me: standingWithoutAccount(anonymous) }))
            : body(input, { now, me })
        })

      const hotQuery = <Op extends AnyQuery>(
        operation: Op,
        body: Parameters<Door["Service"]["hotQuery"]>[1]
      ) =>
        Effect.fn(operation.name)(function* (input: unknown) {
          const actor = yield* CurrentActor
          return yield* body(input, { actor, now: yield* currentInstant })
        })

      // The bodies are typed by their definitions; inside, all definitions are one.
      return Door.of({ command, query, hotQuery } as unknown as Door["Service"])
    })
  )
}

/** Whether the standing lets somebody run commands at all. Source: KER-10, IDN-7, IDN-9. */
const mayEnter = (
  operation: AnyCommand,
  me: Standing
): Result.Result<void, errors.SignInRequired | errors.Suspended> => {
  if (me.actor._tag === "Anonymous" && operation.admits !== "anonymous")
    return Result.fail(new errors.SignInRequired())
  if (me.status === "active" || operation.admits === "anonymous") return Result.void
  if (me.status === "deleted" && operation.admits === "deleted") return Result.void
  return Result.fail(new errors.Suspended({ status: me.status }))
}

/** Who deleted their profile sees what everyone sees; where that takes an account, theirs is deleted. Source: IDN-7. */
const asNobody = <A>(answer: Effect.Effect<A, unknown, CurrentActor>): Effect.Effect<A, unknown> =>
  answer.pipe(
    Effect.provideService(CurrentActor, anonymous),
    Effect.mapError((refusal) =>
      refusal instanceof errors.SignInRequired || refusal instanceof errors.Forbidden
        ? new errors.Suspended({ status: "deleted" })
        : refusal
    )
  )

/** How an actor is named beside an idempotency key. */
const nameOf = (actor: Actor): string =>
  actor._tag === "User"
    ? `user:${actor.id}`
    : actor._tag === "Service"
      ? `service:${actor.name}`
      : "anonymous"

/** A secret is stored nowhere, so not beside an idempotency key either. */
const withoutSecrets = ({ shownOnce }: AnyCommand, output: unknown): unknown =>
  shownOnce === undefined
    ? output
    : Object.fromEntries(Object.entries(output as object).filter(([field]) => !shownOnce.includes(field)))

/** Answers from memory when the key was seen before; remembers the answer, refusals too, when it was not. */
const remembering = (
  operation: AnyCommand,
  keys: IdempotencyKeys["Service"],
  digest: Digest.Digest["Service"]
) => {
  const encodeInput = Schema.encodeSync(Schema.toCodecJson(operation.input)) as (
    input: unknown
  ) => Schema.Json
  const Answer = Schema.toCodecJson(Schema.Result(operation.output, refusalSchema(operation)))
  const encodeAnswer = Schema.encodeSync(Answer) as (answer: Result.Result<unknown, unknown>) => Schema.Json
  const decodeAnswer = Schema.decodeUnknownSync(Answer) as (json: unknown) => Result.Result<unknown, unknown>
  return Effect.fnUntraced(function* (
    key: string,
    input: unknown,
    once: Effect.Effect<unknown, unknown, InTransaction | CurrentActor>
  ) {
    const fingerprint = yield* digest.digestHex(
      Digest.sha256,
      new TextEncoder().encode(canonicalJson(encodeInput(input)))
    )
    const claim: Claim = { actor: nameOf(yield* CurrentActor), command: operation.name, key, fingerprint }
    const remembered = yield* keys.claim(claim)
    if (Option.isSome(remembered)) return decodeAnswer(remembered.value)
    // A refusal is an answer too: it is stored, so it leaves the transaction as a value. "Not now" is none.
    const answer = yield* Effect.result(once)
    if (Result.isFailure(answer) && answer.failure instanceof errors.Unavailable) return answer
    yield* keys.remember(
      claim,
      encodeAnswer(Result.map(answer, (output) => withoutSecrets(operation, output)))
    )
    return answer
  })
}
