import { assert, it } from "@effect/vitest"
import { StorageUnavailable } from "@lyceum/core/shared"
import { Cause, Effect, Exit, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { connect as connectSocket, type Socket } from "node:net"
import { Duplex } from "node:stream"
import { inject } from "vitest"
import { connect } from "../src/client.ts"
import { databaseNamed } from "./database.ts"
import { defineFlag, flagServices } from "./services.ts"

/** A network that passes everything on until a COMMIT goes out; then it may lose the answer, with the connection. */
const network = { losesAnswersToCommit: 0 }

class Lossy extends Duplex {
  readonly #server: Socket
  #commitSent = false

  constructor(path: string) {
    super()
    this.#server = connectSocket(path)
    this.#server.on("connect", () => this.emit("connect"))
    this.#server.on("data", (chunk) => {
      if (this.#commitSent && network.losesAnswersToCommit > 0) {
        network.losesAnswersToCommit -= 1
        this.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }))
      } else this.push(chunk)
    })
    this.#server.on("error", (error) => this.destroy(error))
    this.#server.on("close", () => this.push(null))
  }

  override _read() {}

  override _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.#commitSent = chunk.includes("COMMIT")
    this.#server.write(chunk, () => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void) {
    this.#server.destroy()
    done(error)
  }
}

const overLossyNetwork = Layer.unwrap(
  Effect.map(databaseNamed, (database) => {
    const { host, port, username } = inject("postgres")
    return connect({
      database,
      username,
      stream: () => new Lossy(`${host}/.s.PGSQL.${port}`),
      // A prepared COMMIT would go by its name.
      prepare: false,
      maxConnections: 4
    })
  })
)

const effectsOf = (name: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ events: number; flags: number }>`
        select (select count(*)::int4 from util.event_outbox where subject_ids @> array[${name}]) as events,
          (select count(*)::int4 from util.feature_flags where flag_key = ${name}) as flags`,
      ([row]) => row
    )
  )

it.layer(flagServices.pipe(Layer.provideMerge(overLossyNetwork)), {
  excludeTestServices: true,
  timeout: "60 seconds"
})("A COMMIT whose answer is lost", (it) => {
  it.effect(
    "with an idempotency key is asked for again, and the first answer is found: one effect (KER-22, KER-20)",
    () =>
      Effect.gen(function* () {
        for (let nth = 1; nth <= 20; nth += 1) {
          network.losesAnswersToCommit = 1 + (nth % 3)
          const answer = yield* defineFlag(`keyed_${nth}`, { keyed: true })
          assert.strictEqual(answer.description, `The flag keyed_${nth}`)
          assert.strictEqual(network.losesAnswersToCommit, 0)
          assert.deepStrictEqual(yield* effectsOf(`keyed_${nth}`), { events: 1, flags: 1 })
        }
      })
  )

  it.effect("without one is told as unavailable and not run a second time (KER-22)", () =>
    Effect.gen(function* () {
      for (let nth = 1; nth <= 20; nth += 1) {
        network.losesAnswersToCommit = 1
        const exit = yield* Effect.exit(defineFlag(`bare_${nth}`, { keyed: false }))
        const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        assert.strictEqual(defect instanceof StorageUnavailable && defect.why, "unreachable")
        assert.deepStrictEqual(yield* effectsOf(`bare_${nth}`), { events: 1, flags: 1 })
      }
    })
  )
})
