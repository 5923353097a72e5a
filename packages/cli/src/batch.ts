/** Batches from files: streamed, so that a million rows take no more memory than a thousand. Source: CLI-2. */
import { Invalid, strictly } from "@lyceum/core/shared"
import { Array, Console, Effect, FileSystem, Option, Ref, Result, Schema, Stream } from "effect"
import { Csv } from "effect/encoding"
import { CliFailure } from "./failure.ts"

/** How a row ended: what was done with it, or why it was not taken. */
export type Outcome = { readonly done: string } | { readonly refused: string }

export interface BatchOptions<Row> {
  readonly file: string
  /** Where refused rows go, as CSV: number, reason, and the row as JSON. Without it they are told on stderr. */
  readonly rejected: Option.Option<string>
  readonly row: Schema.Codec<Row, any>
  /** Takes some rows at once and answers for each, in their order. */
  readonly take: (
    rows: Array.NonEmptyReadonlyArray<Row>
  ) => Effect.Effect<ReadonlyArray<Outcome>, unknown, any>
}

/** One row of the file, counted from 1, the header of a CSV file left out. */
interface Read {
  readonly number: number
  readonly source: Result.Result<unknown, string>
}

interface Refused {
  readonly number: number
  readonly reason: string
  readonly source: unknown
}

const rowsAtOnce = 200
const maxRowCharacters = 1_000_000

const isNdjson = (file: string): boolean => /\.(ndjson|jsonl)$/i.test(file)

const unreadable = (file: string) => (error: unknown) =>
  new CliFailure({
    exitCode: 1,
    message: `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`
  })

/** An empty cell of a CSV file is a field that is not there. */
const recordOf = (
  header: ReadonlyArray<string>,
  cells: ReadonlyArray<string>
): Result.Result<unknown, string> =>
  cells.length === header.length
    ? Result.succeed(
        Object.fromEntries(
          header.flatMap((name, index) => (cells[index] === "" ? [] : [[name, cells[index]]]))
        )
      )
    : Result.fail(`has ${cells.length} cells, but the header has ${header.length}`)

const csvRows = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) =>
  bytes.pipe(
    Stream.pipeThroughChannel(Csv.decode({ ignoreEmptyLines: true, maxRecordSize: maxRowCharacters })),
    Stream.mapAccum(
      () => undefined as ReadonlyArray<string> | undefined,
      (header, cells): readonly [ReadonlyArray<string>, ReadonlyArray<Result.Result<unknown, string>>] =>
        header === undefined ? [cells, []] : [header, [recordOf(header, cells)]]
    )
  )

const ndjsonRows = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) =>
  bytes.pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.filter((line) => line.trim() !== ""),
    Stream.map((line) =>
      line.length > maxRowCharacters
        ? Result.fail(`is longer than ${maxRowCharacters} characters`)
        : Result.try({ try: () => JSON.parse(line) as unknown, catch: () => "is no JSON" })
    )
  )

/** The rows of a file: CSV with a header, or a JSON object per line when its name ends in `.ndjson` or `.jsonl`. */
const rowsOf = (file: string): Stream.Stream<Read, CliFailure, FileSystem.FileSystem> => {
  const bytes = Stream.unwrap(Effect.map(FileSystem.FileSystem, (files) => files.stream(file)))
  const rows: Stream.Stream<Result.Result<unknown, string>, unknown, FileSystem.FileSystem> = isNdjson(file)
    ? ndjsonRows(bytes)
    : csvRows(bytes)
  return rows.pipe(
    Stream.mapError(unreadable(file)),
    Stream.zipWithIndex,
    Stream.map(([source, index]) => ({ number: index + 1, source }))
  )
}

const reasonOf = (error: Schema.SchemaError): string =>
  Invalid.from(error)
    .issues.map(({ message, path }) => `${path.join(".")}: ${message}`)
    .join("; ")

/** A cell of a CSV file; one that a spreadsheet would run as a formula is kept text. */
export const quoted = (text: string): string =>
  `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** Says where refused rows go: to a file when there is one, else to stderr. */
const rejections = Effect.fnUntraced(function* (rejected: Option.Option<string>) {
  const files = yield* FileSystem.FileSystem
  if (Option.isNone(rejected)) {
    return (all: ReadonlyArray<Refused>) =>
      Effect.forEach(all, ({ number, reason }) => Console.error(`row ${number}: ${reason}`), {
        discard: true
      })
  }
  const write = (text: string, flag: "w" | "a") =>
    Effect.mapError(
      files.writeFileString(rejected.value, text, { flag }),
      () => new CliFailure({ exitCode: 1, message: `${rejected.value} cannot be written` })
    )
  yield* write("number,reason,row\r\n", "w")
  return (all: ReadonlyArray<Refused>) =>
    all.length === 0
      ? Effect.void
      : write(
          all
            .map(
              ({ number, reason, source }) =>
                `${number},${quoted(reason)},${quoted(JSON.stringify(source ?? null))}\r\n`
            )
            .join(""),
          "a"
        )
})

/** Tells which of the rows can be taken. */
const sorted = <Row>(
  reads: ReadonlyArray<Read>,
  decode: (json: unknown) => Result.Result<Row, Schema.SchemaError>
) => {
  const refused: Array<Refused> = []
  const good: Array<{ readonly number: number; readonly source: unknown; readonly row: Row }> = []
  for (const { number, source } of reads) {
    if (Result.isFailure(source)) {
      refused.push({ number, reason: source.failure, source: undefined })
      continue
    }
    const row = decode(source.success)
    if (Result.isFailure(row)) refused.push({ number, reason: reasonOf(row.failure), source: source.success })
    else good.push({ number, source: source.success, row: row.success })
  }
  return { good, refused }
}

/** Told on a terminal only: logs of a batch are its counts. */
const progress = (rows: number) =>
  Effect.sync(() => {
    if (process.stderr.isTTY) process.stderr.write(`\r${rows.toLocaleString("en")} rows`)
  })
const endProgress = Effect.sync(() => {
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K")
})

/**
 * Runs a batch to its end, or to the first fault of the database or the file; answers with counts. What is interrupted
 * says how far it came: rows that were taken stay taken, and a batch knows them again.
 */
export const runBatch = Effect.fnUntraced(function* <Row>({ file, rejected, row, take }: BatchOptions<Row>) {
  const counts = yield* Ref.make<Readonly<Record<string, number>>>({})
  const last = yield* Ref.make(0)
  const count = (what: string) => Ref.update(counts, (all) => ({ ...all, [what]: (all[what] ?? 0) + 1 }))
  const reject = yield* rejections(rejected)
  // CSV has text only; the same schema reads numbers and instants out of it.
  const codec = isNdjson(file) ? Schema.toCodecJson(row) : Schema.toCodecStringTree(row)
  const decode = Schema.decodeUnknownResult(codec as Schema.Codec<Row, unknown>, strictly)

  const takeSome = Effect.fnUntraced(function* (reads: Array.NonEmptyReadonlyArray<Read>) {
    const { good, refused } = sorted(reads, decode)
    const outcomes = Array.isArrayNonEmpty(good) ? yield* take(Array.map(good, (one) => one.row)) : []
    for (const [index, { number, source }] of good.entries()) {
      const outcome = outcomes[index] ?? { refused: "was not answered" }
      if ("refused" in outcome) refused.push({ number, source, reason: outcome.refused })
      else yield* count(outcome.done)
    }
    yield* reject(refused.sort((a, b) => a.number - b.number))
    for (const _ of refused) yield* count("refused")
    const { number } = reads[reads.length - 1]!
    yield* Ref.set(last, number)
    yield* progress(number)
  })

  yield* rowsOf(file).pipe(
    Stream.grouped(rowsAtOnce),
    Stream.runForEach(takeSome),
    Effect.ensuring(endProgress),
    Effect.onError(() =>
      Effect.flatMap(Ref.get(last), (rows) =>
        Console.error(`Stopped after ${rows} rows. Run it again: what was taken is known.`)
      )
    )
  )
  return yield* Ref.get(counts)
})
