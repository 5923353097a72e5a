/** Files of questions in pieces that are files themselves, so that a long one takes no more memory. Source: CLI-2. */
import { Effect, FileSystem, Stream } from "effect"
import { CliFailure } from "./failure.ts"

export interface Piece {
  readonly text: string
  /** What a line of the piece has to be raised by to be the line of the file. */
  readonly offset: number
}

/** Where a file of a format may be cut, and what every later piece begins with. Formats that are not here are one piece. */
interface Cutting {
  /** Whether a piece may end after this line; `open` says that a quoted cell goes on. */
  readonly endsAfter: (line: string, open: boolean) => boolean
  /** The lines that go on to hold, after this one. */
  readonly head: (before: ReadonlyArray<string>, line: string, number: number) => ReadonlyArray<string>
}

const isBlank = (line: string): boolean => line.trim() === ""
const cuttings: Readonly<Record<string, Cutting>> = {
  aiken: { endsAfter: isBlank, head: () => [] },
  gift: {
    endsAfter: isBlank,
    head: (before, line) => (line.trim().startsWith("$CATEGORY:") ? [line.trim(), ""] : before)
  },
  csv: {
    endsAfter: (_, open) => !open,
    head: (before, line, number) => (number === 1 ? [line] : before)
  }
}

const charactersAtOnce = 60_000

interface Reading {
  readonly head: ReadonlyArray<string>
  /** What the next piece begins with: the head as it was where the last piece ended. */
  readonly begin: ReadonlyArray<string>
  readonly lines: ReadonlyArray<string>
  readonly characters: number
  readonly number: number
  readonly open: boolean
}
const nothingRead = (): Reading => ({
  head: [],
  begin: [],
  lines: [],
  characters: 0,
  number: 0,
  open: false
})

const pieceOf = ({ begin, lines, number }: Reading): Piece => ({
  text: [...begin, ...lines].map((line) => `${line}\n`).join(""),
  offset: number - lines.length - begin.length
})

const cutAt =
  ({ endsAfter, head }: Cutting, size: number) =>
  (reading: Reading, line: string): readonly [Reading, ReadonlyArray<Piece>] => {
    const number = reading.number + 1
    const quotes = line.split('"').length - 1
    const next: Reading = {
      ...reading,
      head: head(reading.head, line, number),
      characters: reading.characters + line.length + 1,
      number,
      open: quotes % 2 === 0 ? reading.open : !reading.open
    }
    // One array grows in place: a copy for each line would take the square of their number.
    ;(reading.lines as Array<string>).push(line)
    return next.characters < size || !endsAfter(line, next.open)
      ? [next, []]
      : [{ ...next, begin: next.head, lines: [], characters: 0 }, [pieceOf(next)]]
  }

/** The pieces of a file, in order. */
export const piecesOf = (
  file: string,
  format: string,
  size = charactersAtOnce
): Stream.Stream<Piece, CliFailure, FileSystem.FileSystem> => {
  const unreadable = () => new CliFailure({ message: `${file} cannot be read`, exitCode: 1 })
  const cutting = cuttings[format]
  if (cutting === undefined) {
    const whole = Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(file))
    return Stream.fromEffect(
      Effect.mapBoth(whole, { onFailure: unreadable, onSuccess: (text): Piece => ({ text, offset: 0 }) })
    )
  }
  return Stream.unwrap(Effect.map(FileSystem.FileSystem, (files) => files.stream(file))).pipe(
    Stream.mapError(unreadable),
    Stream.decodeText,
    Stream.splitLines,
    Stream.mapAccum(nothingRead, cutAt(cutting, size), {
      onHalt: (reading) => (reading.lines.length > 0 ? [pieceOf(reading)] : [])
    })
  )
}
