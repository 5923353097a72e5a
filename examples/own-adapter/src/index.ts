/**
 * A store of one's own: memory that outlives its process, by a journal. Every commit is a line of the file.
 *
 * Small schools have run on less. It shows what an adapter owes: it proves itself with the laws that every store keeps
 * (`test/contract.test.ts`), and is then as good as the others for everything above it.
 */
import { memoryAdapters, MemoryDatabase, type Write } from "@lyceum/adapters-memory"
import { Effect, Layer } from "effect"
import { appendFileSync, existsSync, readFileSync } from "node:fs"

/** The commits of a journal. A crash may leave half a line at the end: that commit was never told to anybody. */
const commitsOf = (file: string): ReadonlyArray<ReadonlyArray<Write>> =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as ReadonlyArray<Write>)
    : []

/** Memory, filled from the journal, that writes each commit to the disk before it is told. */
const fileDatabaseLayer = (file: string) =>
  Layer.effect(
    MemoryDatabase,
    Effect.gen(function* () {
      const memory = yield* MemoryDatabase
      for (const writes of commitsOf(file)) yield* Effect.forEach(writes, memory.write, { discard: true })
      yield* memory.onCommit((writes) =>
        Effect.sync(() => {
          const all = [...writes]
          if (all.length > 0) appendFileSync(file, `${JSON.stringify(all)}\n`, { flush: true })
        })
      )
      return memory
    })
  ).pipe(Layer.provide(MemoryDatabase.layer))

/** Every port of Lyceum over one file. */
export const fileLayer = (file: string) => memoryAdapters.pipe(Layer.provideMerge(fileDatabaseLayer(file)))
