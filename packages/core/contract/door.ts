/** Laws of the one way into a use case. Source: KER-1, KER-9, KER-10, KER-15, OPS-2. */
import { assert, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Layer, Option, Ref, Schema } from "effect"
import { TestClock } from "effect/testing"
import { FeatureFlags, FlagKey } from "../src/flags/index.ts"
import { Flags } from "../src/flags/ports.ts"
import { type Actor, anonymous, CurrentActor, requirePermission, service, user } from "../src/shared/actor.ts"
import { Door } from "../src/shared/door.ts"
import { Forbidden, SignInRequired, Suspended } from "../src/shared/errors.ts"
import { command, Done, done, NoInput, query } from "../src/shared/operation.ts"
import { Outbox } from "../src/shared/outbox.ts"
import { type Adapter, groundOf } from "./ground.ts"
import { clockAt, fieldsOf, someEvent, someFlag, someUser, unique } from "./samples.ts"

const input = Schema.Struct({ key: FlagKey })
const plain = command("contract.plain", { input, output: Done })
const forAll = command("contract.for_all", { input, output: Done, admits: "anonymous" })
const forGone = command("contract.for_gone", { input, output: Done, admits: "deleted" })
const always = command("contract.always", { input, output: Done, evenReadOnly: true })
const ask = query("contract.ask", { input: NoInput, output: Schema.String })
const askGone = query("contract.ask_gone", { input: NoInput, output: Schema.String, admits: "deleted" })

const [operator, member, suspended, gone] = [someUser(), someUser(), someUser(), someUser()]
const people = [
  { id: operator, permissions: ["operations.manage", "operations.view"] },
  { id: suspended, status: "suspended" },
  { id: gone, status: "deleted" }
] as const

const as = (actor: Actor) => Effect.provideService(CurrentActor, actor)
const reason = "the contract asks for it"

export const doorContract = (adapter: string, layer: Adapter) =>
  it.layer(FeatureFlags.layer.pipe(Layer.provideMerge(groundOf(layer, { people }))), {
    timeout: "60 seconds"
  })(`The door on ${adapter}`, (it) => {
    /** A use case that writes a flag and an event, and then does what the test wants. */
    const writing = (
      operation: typeof plain,
      then: Effect.Effect<typeof Done.Type, never> = Effect.succeed(done)
    ) =>
      Effect.gen(function* () {
        const door = yield* Door
        const flags = yield* Flags
        const outbox = yield* Outbox
        return door.command(operation, ({ key }) =>
          Effect.gen(function* () {
            yield* Effect.orDie(flags.insert(someFlag({ key })))
            yield* outbox.append([someEvent({ subjects: { flagKey: key } })])
            return yield* then
          })
        )
      })
    const traces = (key: FlagKey) =>
      Effect.gen(function* () {
        const flag = yield* Flags.use((flags) => flags.find(key))
        const events = yield* Outbox.use((outbox) => outbox.events({ subject: key }, Option.none(), 10))
        return [Option.isSome(flag), events.length] as const
      })

    it.effect("all writes and events of a command are stored, or none (KER-15, KER-16)", () =>
      Effect.gen(function* () {
        const [stored, lost] = [someFlag().key, someFlag().key]
        yield* (yield* writing(plain))({ key: stored })
        assert.deepStrictEqual(yield* traces(stored), [true, 1])
        assert.isTrue(
          Exit.hasDies(yield* Effect.exit((yield* writing(plain, Effect.die("bug")))({ key: lost })))
        )
        assert.deepStrictEqual(yield* traces(lost), [false, 0])
      }).pipe(as(service("billing")))
    )

    it.effect("who may not enter is refused before anything is written (KER-10)", () =>
      Effect.gen(function* () {
        const enter = Effect.fnUntraced(function* (operation: typeof plain, actor: Actor) {
          const { key } = someFlag()
          const result = yield* Effect.result((yield* writing(operation))({ key }).pipe(as(actor)))
          assert.deepStrictEqual(yield* traces(key), result._tag === "Success" ? [true, 1] : [false, 0])
          return result._tag === "Success" ? "in" : result.failure._tag
        })
        const actors = [anonymous, user(member), user(suspended), user(gone), service("billing")]
        const table = yield* Effect.forEach(
          [plain, forAll, forGone] as ReadonlyArray<typeof plain>,
          (operation) => Effect.forEach(actors, (actor) => enter(operation, actor))
        )
        assert.deepStrictEqual(table, [
          ["kernel.sign_in_required", "in", "kernel.suspended", "kernel.suspended", "in"],
          ["in", "in", "in", "in", "in"],
          ["kernel.sign_in_required", "in", "kernel.suspended", "in", "in"]
        ])
      })
    )

    it.effect(
      "what does not exist is told before what is not allowed, and the missing permission is named (KER-10)",
      () =>
        Effect.gen(function* () {
          const door = yield* Door
          const flags = yield* Flags
          const visible = someFlag()
          const outbox = yield* Outbox
          yield* (yield* writing(plain))({ key: visible.key }).pipe(as(service("billing")))
          const hideThenForbid = door.command(
            command("contract.hide", { input, output: Done, refusals: [NotThere] }),
            Effect.fnUntraced(function* ({ key }, { me }) {
              if (Option.isNone(yield* flags.find(key))) return yield* new NotThere()
              yield* Effect.fromResult(requirePermission(me, "operations.manage"))
              yield* outbox.append([someEvent()])
              return done
            })
          )
          const refusalOf = (key: FlagKey, actor: Actor) =>
            Effect.map(Effect.flip(hideThenForbid({ key }).pipe(as(actor))), fieldsOf)
          assert.deepStrictEqual(yield* refusalOf(someFlag().key, user(member)), {
            _tag: "contract.not_there"
          })
          assert.deepStrictEqual(yield* refusalOf(someFlag().key, user(operator)), {
            _tag: "contract.not_there"
          })
          assert.deepStrictEqual(yield* refusalOf(visible.key, user(member)), {
            _tag: "kernel.forbidden",
            permission: "operations.manage"
          })
          assert.deepStrictEqual(yield* hideThenForbid({ key: visible.key }).pipe(as(user(operator))), done)
        })
    )

    it.effect(
      "a command has one instant, whatever the clock does meanwhile; its events carry it (KER-1)",
      () =>
        Effect.gen(function* () {
          const door = yield* Door
          const outbox = yield* Outbox
          yield* clockAt("2026-02-01T00:00:00.007Z")
          const name = unique("contract.instant")
          const instants = yield* Ref.make<ReadonlyArray<string>>([])
          const slow = door.command(plain, (_, { now }) =>
            Effect.gen(function* () {
              yield* TestClock.adjust("1 hour")
              yield* outbox.append([someEvent({ name })])
              yield* Ref.update(instants, (before) => [...before, DateTime.formatIso(now)])
              return done
            })
          )
          yield* slow({ key: someFlag().key })
          const [event] = yield* outbox.events({ name }, Option.none(), 10)
          assert.deepStrictEqual(
            [...(yield* Ref.get(instants)), DateTime.formatIso(event!.at)],
            Array(2).fill("2026-02-01T00:00:00.007Z")
          )
        }).pipe(as(service("billing")))
    )

    it.effect("a query has one instant too (KER-1)", () =>
      Effect.gen(function* () {
        const door = yield* Door
        yield* clockAt("2026-02-01T00:00:00.007Z")
        const slow = door.query(ask, (_, { now }) =>
          Effect.as(TestClock.adjust("1 hour"), DateTime.formatIso(now))
        )
        const hot = door.hotQuery(ask, (_, { now }) => Effect.succeed(DateTime.formatIso(now)))
        assert.strictEqual(yield* slow({}), "2026-02-01T00:00:00.007Z")
        assert.strictEqual(yield* hot({}), "2026-02-01T01:00:00.007Z")
      }).pipe(as(anonymous))
    )

    it.effect("who deleted their profile asks as a visitor, but where they are let in (IDN-7)", () =>
      Effect.gen(function* () {
        const door = yield* Door
        const who = (operation: typeof ask) =>
          door.query(operation, (_, { me }) =>
            Effect.map(CurrentActor, (actor) => JSON.stringify([actor, me.actor, me.status]))
          )({})
        assert.deepStrictEqual(JSON.parse(yield* who(ask)), [anonymous, anonymous, "active"])
        assert.deepStrictEqual(JSON.parse(yield* who(askGone)), [user(gone), user(gone), "deleted"])
        for (const refusal of [new SignInRequired(), new Forbidden({ permission: "view_analytics" })]) {
          const refused = Effect.flip(door.query(ask, () => Effect.fail(refusal))({}))
          assert.deepStrictEqual(yield* refused, new Suspended({ status: "deleted" }))
          assert.deepStrictEqual(yield* refused.pipe(as(user(suspended))), refusal)
        }
      }).pipe(as(user(gone)))
    )

    it.effect("the actor travels with the computation: nested calls and events know it (KER-9)", () =>
      Effect.gen(function* () {
        const door = yield* Door
        const outbox = yield* Outbox
        const actors = door.query(ask, (_, { me }) =>
          Effect.map(CurrentActor, (actor) => JSON.stringify([actor, me.actor]))
        )
        for (const actor of [anonymous, user(member), service("billing")]) {
          assert.deepStrictEqual(JSON.parse(yield* actors({}).pipe(as(actor))), [actor, actor])
          const name = unique("contract.who")
          const tell = door.command(forAll, () => Effect.as(outbox.append([someEvent({ name })]), done))
          yield* tell({ key: someFlag().key }).pipe(as(actor))
          const [event] = yield* outbox.events({ name }, Option.none(), 10)
          assert.deepStrictEqual(event?.actor, actor)
        }
        // @ts-expect-error: a use case without an actor does not compile.
        const withoutActor: Effect.Effect<unknown, unknown> = actors({})
        assert.isTrue(Exit.isFailure(yield* Effect.exit(withoutActor)))
      })
    )

    it.effect(
      "in read-only mode commands are unavailable, but queries and flag changes go on (OPS-2, KER-13)",
      () =>
        Effect.gen(function* () {
          const flags = yield* FeatureFlags
          const door = yield* Door
          const emergency = FlagKey.make("emergency_read_only_mode")
          const turn = (enabled: boolean) =>
            Effect.andThen(flags.change({ key: emergency, enabled, reason }), TestClock.adjust("1 second"))
          yield* turn(true)
          const { key } = someFlag()
          assert.deepStrictEqual(fieldsOf(yield* Effect.flip((yield* writing(plain))({ key }))), {
            _tag: "kernel.read_only_mode",
            retryAfterSeconds: 30
          })
          assert.deepStrictEqual(yield* traces(key), [false, 0])
          assert.deepStrictEqual(yield* (yield* writing(always as typeof plain))({ key }), done)
          assert.strictEqual(yield* door.query(ask, () => Effect.succeed("read"))({}), "read")
          yield* turn(false)
          assert.deepStrictEqual(yield* (yield* writing(plain))({ key: someFlag().key }), done)
        }).pipe(as(user(operator)))
    )
  })

class NotThere extends Schema.TaggedError<NotThere>()("contract.not_there", {}) {}
