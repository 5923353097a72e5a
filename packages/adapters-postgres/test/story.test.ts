/** Memory and PostgreSQL are told the same stories; every answer and the whole state must be the same. */
import { MemoryDatabase, memoryLayer } from "@lyceum/adapters-memory"
import { servicesLayer, subscribers, useCases } from "@lyceum/core"
import { type Actor, anonymous, service, Subscribers, user, UserId } from "@lyceum/core/shared"
import { Memory, outcomeOf, play, seededPlatform, stepOf, type Draw } from "@lyceum/core/contract"
import { WebhookSender } from "@lyceum/core/webhooks/ports"
import { assert, it } from "@effect/vitest"
import { Context, DateTime, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { postgresLayer } from "../src/index.ts"
import { testDatabase } from "./database.ts"
import { bothStates } from "./state.ts"

const people = ["0a", "0b", "0c"].map((end) => UserId.make(`11111111-1111-4111-8111-1111111111${end}`))
/** The operator comes often: others are mostly refused, and then nothing happens. */
const actors: ReadonlyArray<Actor> = [
  ...Array.from({ length: 6 }, () => service("operator")),
  ...people.map(user),
  ...people.map(user),
  anonymous
]

/** Tables that the stores shape differently: what they hold is compared through use cases. */
const shapedDifferently = {
  "util.event_deliveries": "memory keeps the event inside",
  "util.idempotency_keys": "memory's key is one text",
  "util.api_keys": "memory keeps the key beside its digest",
  "public.profile_links": "memory keeps a list per profile",
  "assessments.questions": "memory keeps the content inside",
  "assessments.question_versions": "memory keeps the content alone",
  "rbac.roles": "memory keeps the permissions inside",
  "content.slugs": "PostgreSQL keeps those of courses and of lessons apart"
}

const silentSender = Layer.succeed(
  WebhookSender,
  WebhookSender.of({ post: () => Effect.succeed({ status: 200, body: "" }) })
)
const outside = Layer.mergeAll(silentSender, Layer.succeed(Subscribers, subscribers), seededPlatform(7))
const onMemory = servicesLayer.pipe(Layer.provideMerge(memoryLayer), Layer.provideMerge(outside))
const onPostgres = servicesLayer.pipe(
  Layer.provideMerge(postgresLayer),
  Layer.provideMerge(testDatabase),
  Layer.provideMerge(outside)
)

const draw: fc.Arbitrary<Draw> = fc.record({
  useCase: fc.nat(),
  actor: fc.nat({ max: actors.length - 1 }),
  input: fc.nat(),
  passes: fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 2000 }) },
    { weight: 1, arbitrary: fc.nat({ max: 3 * 86_400_000 }) }
  )
})

/** What ships is as old as its migration on PostgreSQL; in memory, as its layer or as time itself. */
const ageShippedRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const now = DateTime.formatIso(yield* DateTime.now)
  yield* sql`update util.feature_flags set created_at = ${now}, updated_at = ${now}`
  yield* sql`update rbac.roles set created_at = 'epoch', updated_at = 'epoch'`
  yield* sql`update access.tiers set created_at = 'epoch', updated_at = 'epoch'`
})

it.layer(Layer.empty, { timeout: "5 minutes" })("stories", (it) => {
  it.effect("sound the same on memory and on PostgreSQL", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 5))
      const memory = yield* Layer.build(Layer.fresh(onMemory))
      const postgres = yield* Layer.build(Layer.fresh(onPostgres))
      yield* Effect.provideContext(ageShippedRows, postgres)
      const known = new Memory()
      people.forEach((id) => known.remember("userId", id))
      const counts = new Map<string, number>()
      for (const one of fc.sample(draw, { numRuns: 5000, seed: 20260105 })) {
        yield* TestClock.adjust(one.passes)
        const step = yield* stepOf(one, { services: useCases, actors, memory: known })
        if (Option.isNone(step)) continue
        const told = yield* Effect.provideContext(play(step.value), memory)
        const compared = yield* Effect.provideContext(play(step.value), postgres)
        assert.deepStrictEqual(
          compared,
          told,
          `${step.value.operation.name} ${JSON.stringify(step.value.input)}`
        )
        known.learn(step.value.told.context, told)
        const name = `${step.value.operation.name} ${outcomeOf(told)}`
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      const { entries } = Context.get(memory, MemoryDatabase)
      const state = yield* Effect.provideContext(bothStates(yield* entries, shapedDifferently), postgres)
      const different = Object.entries(state.memory).filter(
        ([table, rows]) => JSON.stringify(state.postgres[table]) !== JSON.stringify(rows)
      )
      assert.deepStrictEqual(
        different.map(([table, rows]) => [
          table,
          rows.length,
          state.postgres[table]?.length,
          rows[0],
          state.postgres[table]?.[0]
        ]),
        []
      )
      const outcomes = [...counts.keys()].map((name) => name.split(" "))
      const did = new Set(outcomes.flatMap(([useCase, outcome]) => (outcome === "ok" ? [useCase] : [])))
      const codes = new Set(outcomes.flatMap(([, outcome]) => (outcome === "ok" ? [] : [outcome])))
      const steps = [...counts.values()].reduce((sum, count) => sum + count, 0)
      console.log(
        `stories: ${steps} steps; ${did.size} use cases did something, ${codes.size} codes of refusals were met`
      )
      // Its address has to be one: chance alone would never make a subscription.
      assert.isTrue(did.has("webhooks.create"))
      assert.isAbove(steps, 4000)
      assert.isAbove(did.size, 95)
      assert.isAbove(codes.size, 40)
    })
  )
})
