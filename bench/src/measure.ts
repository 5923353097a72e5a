/** Two sides, interleaved in one process: only ratios within one run mean anything on a shared machine. */

export interface Case {
  readonly bench: string
  readonly case: string
  /** How many times less ours costs than the peer's; above 1, ours is faster. */
  readonly ratio: number
  readonly low: number
  readonly high: number
  readonly target: number
  readonly holds: boolean
}

export type Bench = (options: { readonly quick: boolean }) => Promise<ReadonlyArray<Case>>

/** A piece of work that is repeated; its cost is divided by `operations`. */
export interface Side {
  readonly operations: number
  readonly run: () => void | Promise<void>
}

const rounded = (value: number) => Number(value.toPrecision(3))
const median = (values: ReadonlyArray<number>) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Microseconds per operation, by the CPU time of this process or by the clock on the wall. */
const costOf = async ({ operations, run }: Side, by: "cpu" | "wall"): Promise<number> => {
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  await run()
  const { system, user } = process.cpuUsage(cpu)
  return (by === "cpu" ? system + user : (performance.now() - wall) * 1000) / operations
}

/**
 * The costs of all sides, round after round, each round all of them. The first round warms up and is not counted; with
 * `twice` each side runs once more before it is timed, so that it finds the caches as it leaves them and not as a
 * neighbour left them.
 */
export const interleaved = async <Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  options: { readonly rounds: number; readonly by: "cpu" | "wall"; readonly twice?: boolean }
): Promise<Readonly<Record<Name, ReadonlyArray<number>>>> => {
  const costs = Object.fromEntries(Object.keys(sides).map((name) => [name, []])) as unknown as Record<
    Name,
    Array<number>
  >
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const name of Object.keys(sides) as Array<Name>) {
      if (options.twice === true) await sides[name].run()
      const cost = await costOf(sides[name], options.by)
      if (round > 0) costs[name].push(cost)
    }
  }
  return costs
}

/** A case from ratios of single rounds: their median, lowest and highest. */
export const caseOf = (bench: string, name: string, ratios: ReadonlyArray<number>, target: number): Case => {
  const ratio = median(ratios)
  return {
    bench,
    case: name,
    ratio: rounded(ratio),
    low: rounded(Math.min(...ratios)),
    high: rounded(Math.max(...ratios)),
    target,
    holds: ratio >= target
  }
}

/** How many times more the peer cost than we did, round by round. */
export const ratiosOf = (ours: ReadonlyArray<number>, peer: ReadonlyArray<number>) =>
  ours.map((cost, round) => (peer[round] ?? NaN) / cost)

/** Numbers that are the same in each run: mulberry32. */
export const randomFrom =
  (seed: number) =>
  (below: number): number => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
