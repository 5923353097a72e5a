/** Batches from files: streamed, so that a million rows take no more memory than a thousand. Source: CLI-2. */
import { Invalid, strictly } from "@lyceum/core/shared"
import { Array, Console, Effect, FileSystem, Option, Ref, Result, Schema, Stream } from "effect"
import { Csv, Ndjson } from "effect/encoding"
import { CliFailure } from "./failure.ts"

/** How a row ended: what was done with it, or why it was not taken. */
export type Outcome = { readonly done: string } | { readonly refused: string }

export interface BatchOptions<Row> {
  readonly file: string
  /** Where refused rows go, as CSV: line, reason, and the row as JSON. */
  readonly rejected: Option.Option<string>
  readonly row: Schema.Codec<Row, any>
  /** Takes some rows at once and answers for each, in their order. */
  readonly take: (
    rows: Array.NonEmptyReadonlyArray<Row>
  ) => Effect.Effect<ReadonlyArray<Outcome>, unknown, any>
}

interface Read {
  /** Counted from 1, the header of a CSV file left out. */
  readonly line: number
  readonly source: unknown
}

const rowsAtOnce = 200
const maxRowBytes = 1_000_000

const unreadable = (file: string) => (error: unknown) =>
  new CliFailure({
    exitCode: 1,
    message: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`
  })

/** The rows of a file: CSV with a header, or a JSON object per line when its name ends in `.ndjson` or `.jsonl`. */
const rowsOf = (file: string): Stream.Stream<Read, CliFailure, FileSystem.FileSystem> => {
  const bytes = Stream.unwrap(Effect.map(FileSystem.FileSystem, (files) => files.stream(file)))
  const records: Stream.Stream<unknown, unknown, FileSystem.FileSystem> = /\.(ndjson|jsonl)$/i.test(file)
    ? bytes.pipe(Stream.pipeThroughChannel(Ndjson.decode({ ignoreEmptyLines: true })))
    : bytes.pipe(Stream.pipeThroughChannel(Csv.decode({ headers: true, maxRecordSize: maxRowBytes })))
  return records.pipe(
    Stream.mapError(unreadable(file)),
    Stream.zipWithIndex,
    Stream.map(([source, index]) => ({ line: index + 1, source: withoutEmpty(source) }))
  )
}

/** An empty cell of a CSV file is a field that is not there. */
const withoutEmpty = (source: unknown): unknown =>
  source !== null && typeof source === "object"
    ? Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""))
    : source

const reasonOf = (error: Schema.SchemaError): string =>
  Invalid.from(error)
    .issues.map(({ message, path }) => `${path.join(".")}: ${message}`)
    .join("; ")

/** Runs a batch to its end; answers with counts, and ends with 3 when some rows were refused. */
export const runBatch = Effect.fnUntraced(function* <Row>({ file, rejected, row, take }: BatchOptions<Row>) {
  const files = yield* FileSystem.FileSystem
  const counts = yield* Ref.make<Readonly<Record<string, number>>>({})
  const count = (what: string) => Ref.update(counts, (all) => ({ ...all, [what]: (all[what] ?? 0) + 1 }))
  if (Option.isSome(rejected)) yield* files.writeFileString(rejected.value, "line,reason,row\r\n")

  const refuse = Effect.fnUntraced(function* ({ line, source }: Read, reason: string) {
    yield* count("refused")
    if (Option.isNone(rejected)) return yield* Console.error(`line ${line}: ${reason}`)
    const cells = [String(line), reason, JSON.stringify(source)].map(
      (cell) => `"${cell.replaceAll('"', '""')}"`
    )
    return yield* files.writeFileString(rejected.value, `${cells.join(",")}\r\n`, { flag: "a" })
  })

  // CSV has text only; the same schema reads numbers and instants out of it.
  const codec = /\.(ndjson|jsonl)$/i.test(file) ? Schema.toCodecJson(row) : Schema.toCodecStringTree(row)
  const decode = Schema.decodeUnknownResult(codec as Schema.Codec<Row, unknown>, strictly)

  const takeSome = Effect.fnUntraced(function* (reads: Array.NonEmptyReadonlyArray<Read>) {
    const good: Array<{ readonly read: Read; readonly row: Row }> = []
    for (const read of reads) {
      const decoded = decode(read.source)
      if (Result.isSuccess(decoded)) good.push({ read, row: decoded.success })
      else yield* refuse(read, reasonOf(decoded.failure))
    }
    if (!Array.isArrayNonEmpty(good)) return
    const outcomes = yield* take(Array.map(good, (one) => one.row))
    for (const [index, { read }] of good.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined || "refused" in outcome)
        yield* refuse(read, outcome?.refused ?? "was not answered")
      else yield* count(outcome.done)
    }
    yield* progress(reads.at(-1)?.line ?? 0)
  })

  yield* rowsOf(file).pipe(Stream.grouped(rowsAtOnce), Stream.runForEach(takeSome))
  if (process.stderr.isTTY) yield* Effect.sync(() => process.stderr.write("\r\u001B[K"))
  return yield* Ref.get(counts)
})

/** Told on a terminal only: logs of a batch are its counts. */
const progress = (line: number) =>
  Effect.sync(() => {
    if (process.stderr.isTTY) process.stderr.write(`\r${line.toLocaleString("en")} rows`)
  })
