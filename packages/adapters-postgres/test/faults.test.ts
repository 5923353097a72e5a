import { assert, it } from "@effect/vitest"
import { FlagKey } from "@lyceum/core/flags"
import { Flags } from "@lyceum/core/flags/ports"
import { Reactions, type Subscription } from "@lyceum/core/shared"
import { Array, Cause, Effect, Exit, Fiber, Layer, Ref, References, Scope } from "effect"
import { SqlClient } from "effect/sql"
import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connect } from "../src/client.ts"
import * as EmbeddedPostgres from "../src/embedded.ts"
import { migrate } from "../src/migrate.ts"
import { defineFlag, flagServices } from "./services.ts"

/** A server of its own, which may be broken: its data and its socket outlive it in one folder. */
const folder = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "faults-"))
    chmodSync(path, 0o777)
    return path
  }),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)
const startIn = (path: string) =>
  EmbeddedPostgres.start({
    dataDir: join(path, "data"),
    settings: { unix_socket_directories: path, unix_socket_permissions: "0777", fsync: "off" }
  })

/** As a client does that is told 503: comes again, with the same key. */
const untilAnswered = <A, E, R>(command: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.catchCause(command, (cause) =>
    Cause.hasDies(cause) || isInFlight(cause)
      ? Effect.delay(untilAnswered(command), "50 millis")
      : Effect.failCause(cause)
  )
const isInFlight = (cause: Cause.Cause<unknown>) =>
  (Cause.squash(cause) as { readonly _tag?: string })._tag === "kernel.idempotency_key_in_flight"

const commands = 2000
const names = Array.makeBy(commands, (nth) => `under_fire_${nth}`)

/** What reactions leave: a flag for each event; a second effect of one event would break its uniqueness. */
const heard = Effect.map(Flags, (flags): Subscription => ({
  subscriber: "heard",
  hears: ["flags.flag_defined"],
  react: ({ subjects }) =>
    Effect.flatMap(flags.findForUpdate(FlagKey.make(subjects["flagKey"]!)), (found) =>
      found._tag === "None"
        ? Effect.die("an event without its flag")
        : flags.insert({ ...found.value, key: FlagKey.make(`heard_${found.value.key}`) })
    )
}))

/** Counts what must be one each: flags, events, their handling, and the effect of that. */
const audit = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql`select
        (select count(*)::int4 from util.feature_flags where flag_key like 'under\\_fire\\_%') as flags,
        (select count(*)::int4 from util.event_outbox where event_name = 'flags.flag_defined') as events,
        (select count(distinct event_key)::int4 from util.event_outbox where event_name = 'flags.flag_defined') as told,
        (select count(*)::int4 from util.event_deliveries where status = 'done') as handled,
        (select count(*)::int4 from util.feature_flags where flag_key like 'heard\\_under\\_fire\\_%') as effects,
        (select count(*)::int4 from util.idempotency_keys) as keys`,
    ([row]) => row
  )
)

/**
 * Ends two random backends of the pool, for ever: whenever ten more commands were answered, so that a busy machine is
 * not attacked harder than an idle one. Counts them.
 */
const attack = (kills: Ref.Ref<number>, answered: Ref.Ref<number>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.gen(function* () {
      const before = yield* Ref.get(answered)
      const exit = yield* Effect.exit(
        sql`select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'under fire' order by random() limit 2`
      )
      if (Exit.isSuccess(exit)) yield* Ref.update(kills, (count) => count + exit.value.length)
      yield* Effect.repeat(Effect.delay(Ref.get(answered), "5 millis"), {
        until: (count) => count >= before + 10
      })
    }).pipe(Effect.forever)
  )

it(
  "2 000 commands and their reactions while backends are killed and the server is restarted: nothing acknowledged is lost, nothing doubled (KER-18, KER-20, KER-22)",
  () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const path = yield* folder
          const firstLife = yield* Effect.acquireRelease(Scope.make(), (scope) =>
            Scope.close(scope, Exit.void)
          )
          const server = yield* Scope.provide(startIn(path), firstLife)
          const at = { ...server, host: path, database: "postgres" }
          yield* Effect.provide(migrate, connect({ ...at, startupParameters: { statement_timeout: "0" } }), {
            local: true
          })
          const pool = connect({ ...at, applicationName: "under fire", maxConnections: 12 })
          const other = connect({ ...at, applicationName: "attacker", maxConnections: 1 })

          yield* Effect.gen(function* () {
            const reactions = yield* Reactions
            const workers = yield* Effect.forkChild(
              Effect.forEach(
                [1, 2],
                () => Effect.flatMap(heard, (one) => reactions.run([one], "50 millis")),
                { concurrency: 2 }
              )
            )
            const kills = yield* Ref.make(0)
            const answered = yield* Ref.make(0)
            const killer = yield* Effect.forkChild(
              Effect.provide(attack(kills, answered), other, { local: true })
            )
            const load = yield* Effect.forkChild(
              Effect.forEach(
                names,
                (name) =>
                  Effect.tap(untilAnswered(defineFlag(name, { keyed: true })), () =>
                    Ref.update(answered, (count) => count + 1)
                  ),
                { concurrency: 32, discard: true }
              )
            )
            // In the middle of it the server goes down and comes back, on the same data and socket.
            yield* Effect.repeat(Effect.andThen(Effect.sleep("20 millis"), Ref.get(answered)), {
              until: (count) => count > commands / 2
            })
            yield* Scope.close(firstLife, Exit.void)
            yield* Effect.sleep("500 millis")
            yield* startIn(path)
            yield* Fiber.join(load)
            yield* Fiber.interrupt(killer)
            assert.isAbove(yield* Ref.get(kills), 100)
            // The pool is whole again: nobody waits, nobody is refused.
            const after = yield* Effect.all(Array.replicate(Effect.exit(audit), 24), {
              concurrency: "unbounded"
            })
            assert.isTrue(after.every(Exit.isSuccess))
            const expected = {
              flags: commands,
              events: commands,
              told: commands,
              handled: commands,
              effects: commands,
              keys: commands
            }
            yield* Effect.repeat(Effect.delay(audit, "100 millis"), {
              until: (row) => row?.["handled"] === commands,
              times: 1000
            })
            yield* Fiber.interrupt(workers)
            assert.deepStrictEqual(yield* audit, expected)
          }).pipe(
            Effect.provide(flagServices.pipe(Layer.provideMerge(pool))),
            // What is expected to go wrong here fills pages.
            Effect.provideService(References.MinimumLogLevel, "None")
          )
        })
      )
    ),
  300_000
)
