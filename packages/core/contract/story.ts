/**
 * Random stories: the same commands and queries told to two stores, and what each caller saw.
 *
 * Inputs come from the schemas of the use cases; ids, names, versions and instants are mostly replaced by ones that the
 * story has met, so that commands meet the rows that earlier ones made.
 */
import { Arbitrary, type Context, DateTime, Effect, Option, Result, Schema } from "effect"
import { type Actor, CurrentActor } from "../src/shared/actor.ts"
import type { Operation } from "../src/shared/operation.ts"
import { refusalSchema } from "../src/shared/operation.ts"

/** A service of the core with the use cases that it is made of. */
export interface ToldService {
  readonly context: string
  readonly service: Context.Key<any, any>
  readonly operations: Readonly<Record<string, Operation>>
}

/** One step as chance has it; everything is chosen from numbers, so that a failing story can be shortened. */
export interface Draw {
  readonly useCase: number
  readonly actor: number
  readonly input: number
  /** Milliseconds that pass before the step. */
  readonly passes: number
}

export interface Step {
  readonly told: ToldService
  readonly method: string
  readonly operation: Operation
  readonly actor: Actor
  readonly input: Schema.Json
}

type JsonRecord = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is JsonRecord =>
  value !== null && typeof value === "object" && !Array.isArray(value)

/** A small repeatable generator: choices within a step come from its draw alone. */
const chooser = (seed: number) => {
  let state = seed | 0
  const next = () => {
    state = (Math.imul(state ^ (state >>> 16), 0x45d9f3b) + 0x9e3779b9) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
  return {
    chance: (share: number) => next() < share,
    one: <A>(all: ReadonlyArray<A>): A => all[Math.floor(next() * all.length)]!
  }
}
type Chooser = ReturnType<typeof chooser>

/** Values that the story has met, by the name of their field; `id` is told apart by its context. */
export class Memory {
  readonly #values = new Map<string, Array<unknown>>()
  readonly #versions = new Map<string, number>()

  remember(name: string, value: unknown): void {
    const known = this.#values.get(name) ?? []
    if (known.includes(value)) return
    // The last ones count: old ones would mostly meet rows that are gone.
    this.#values.set(name, [...known, value].slice(-24))
  }

  of(name: string): ReadonlyArray<unknown> {
    return this.#values.get(name) ?? []
  }

  /** The version of a thing as it was last seen. */
  versionOf(id: unknown): number | undefined {
    return typeof id === "string" ? this.#versions.get(id) : undefined
  }

  /** Learns every id, name and version in an answer. */
  learn(context: string, answer: unknown): void {
    if (Array.isArray(answer)) return answer.forEach((one) => this.learn(context, one))
    if (!isRecord(answer)) return
    const { id, roleName, version } = answer
    for (const one of [id, roleName]) {
      if (typeof one === "string" && typeof version === "number") this.#versions.set(one, version)
    }
    for (const [field, value] of Object.entries(answer)) {
      if (typeof value === "string" && /^(id|key|slug|username|role|roleName|tierKey|\w+Id)$/.test(field)) {
        this.remember(
          field === "id" || field === "key" ? `${context}.${field}` : field === "roleName" ? "role" : field,
          value
        )
        if (field === "id") this.remember(`${context.replace(/s$/, "")}Id`, value)
      } else if (field === "version" && typeof value === "number") this.remember("version", value)
      else this.learn(context, value)
    }
  }
}

/** Fields that take what other fields are called. */
const aliases: Readonly<Record<string, ReadonlyArray<string>>> = {
  user: ["userId", "username"],
  instructorId: ["userId"],
  requiredTier: ["tierKey"],
  entitlementRef: ["tierKey", "courseId"],
  publishAt: []
}

const offsets = [-86_400_000, -1, 0, 1, 1000, 3_600_000, 86_400_000, 30 * 86_400_000]
const looksLikeInstant = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)

/** Replaces what chance made up by what the story knows, field by field. */
const grounded = (
  json: unknown,
  field: string,
  {
    choose,
    context,
    memory,
    now
  }: {
    readonly choose: Chooser
    readonly context: string
    readonly memory: Memory
    readonly now: DateTime.Utc
  }
): unknown => {
  const again = (value: unknown, name: string) => grounded(value, name, { choose, context, memory, now })
  if (Array.isArray(json)) return json.map((one) => again(one, field.replace(/s$/, "")))
  if (isRecord(json)) {
    const record = Object.fromEntries(Object.entries(json).map(([name, value]) => [name, again(value, name)]))
    const current = Object.values(record)
      .map((value) => memory.versionOf(value))
      .find((version) => version !== undefined)
    return "version" in record && current !== undefined && choose.chance(0.8)
      ? { ...record, version: current }
      : record
  }
  if (looksLikeInstant(json))
    return DateTime.formatIso(DateTime.add(now, { milliseconds: choose.one(offsets) }))
  // Chance calls fields by any name: `valueOf` is one that every object has.
  const names = (Object.hasOwn(aliases, field) ? aliases[field] : undefined) ?? [
    field === "id" || field === "key" ? `${context}.${field}` : field
  ]
  const known = names.flatMap((name) => memory.of(name))
  return known.length > 0 && choose.chance(0.85)
    ? choose.one(field === "version" ? known.slice(-3) : known)
    : json
}

/** Makes a step of a draw; none when chance made an input that its schema does not take. */
export const stepOf = Effect.fnUntraced(
  function* (
    draw: Draw,
    story: {
      readonly services: ReadonlyArray<ToldService>
      readonly actors: ReadonlyArray<Actor>
      readonly memory: Memory
    }
  ) {
    const all = story.services.flatMap((told) =>
      Object.entries(told.operations).map(([method, operation]) => ({ told, method, operation }))
    )
    const chosen = all[draw.useCase % all.length]!
    const codec = Schema.toCodecJson(chosen.operation.input)
    const [sample] = yield* Arbitrary.sampleEffect(Arbitrary.schema(chosen.operation.input), {
      count: 1,
      seed: draw.input
    })
    const choose = chooser(draw.input)
    const json = grounded(yield* Schema.encodeUnknownEffect(codec)(sample), "", {
      choose,
      context: chosen.told.context,
      memory: story.memory,
      now: yield* DateTime.now
    })
    if (Option.isNone(Schema.decodeUnknownOption(codec)(json))) return Option.none<Step>()
    const actor = story.actors[draw.actor % story.actors.length]!
    return Option.some<Step>({ ...chosen, actor, input: json as Schema.Json })
  },
  Effect.catch(() => Effect.succeed(Option.none<Step>()))
)

/** What a caller saw: the answer or the refusal, as JSON. */
export const play = Effect.fnUntraced(function* ({ actor, input, method, operation, told }: Step) {
  const methods = yield* told.service as Context.Key<
    any,
    Readonly<Record<string, (input: unknown) => Effect.Effect<unknown, unknown, any>>>
  >
  const decoded = Schema.decodeUnknownSync(Schema.toCodecJson(operation.input))(input)
  const result = yield* Effect.result(Effect.provideService(methods[method]!(decoded), CurrentActor, actor))
  return Result.isSuccess(result)
    ? { answer: Schema.encodeUnknownSync(Schema.toCodecJson(operation.output))(result.success) }
    : { refusal: Schema.encodeUnknownSync(Schema.toCodecJson(refusalSchema(operation)))(result.failure) }
})

/** The code of a refusal, or `ok`; what the counts of a story are made of. */
export const outcomeOf = (seen: unknown): string =>
  isRecord(seen) && isRecord(seen["refusal"]) ? String(seen["refusal"]["_tag"]) : "ok"
