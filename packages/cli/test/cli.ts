/** The command line under test: in this process for speed, as a process of its own where signals and streams matter. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { inject } from "vitest"
import { databaseNamed, emptyNamed } from "../../adapters-postgres/test/database.ts"
import { lyceum, version } from "../src/index.ts"
import { runCommandLine } from "../src/run.ts"

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}
export type Environment = Readonly<Record<string, string>>

const isOurs = (name: string): boolean => /^(LYCEUM_|DATABASE_URL$|PORT$|OTEL_EXPORTER)/.test(name)

/** The environment of this process, with these variables of ours and no others. */
const withVariables = (variables: Environment): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name))),
  ...variables
})

/** Sets the variables of ours for as long as the effect runs: commands read the environment of their process. */
const under =
  (variables: Environment) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const before = Object.entries(process.env).filter(([name]) => isOurs(name))
        for (const [name] of before) delete process.env[name]
        Object.assign(process.env, variables)
        return before
      }),
      () => effect,
      (before) =>
        Effect.sync(() => {
          for (const name of Object.keys(variables)) delete process.env[name]
          Object.assign(process.env, Object.fromEntries(before))
        })
    )

/** Runs a command line in this process. */
export const run = (variables: Environment, ...args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  Effect.gen(function* () {
    const [stdout, stderr]: [Array<string>, Array<string>] = [[], []]
    const listener: Console.Console = {
      ...console,
      log: (...texts) => void stdout.push(texts.join(" ")),
      error: (...texts) => void stderr.push(texts.join(" "))
    }
    const code = yield* runCommandLine(lyceum, args, version).pipe(
      Effect.provideService(Console.Console, listener),
      Effect.provide(NodeServices.layer),
      under(variables)
    )
    return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") }
  })

const entry = new URL("../src/main.ts", import.meta.url).pathname

export interface Running {
  readonly child: ChildProcess
  /** What it has written so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
}

/** Starts a command line as a process; it is killed when the scope ends. */
export const started = (variables: Environment, ...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync((): Running => {
      const child = spawn(process.execPath, [entry, ...args], { env: withVariables(variables) })
      const texts = { stdout: "", stderr: "" }
      child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text))
      const ended = new Promise<Ended>((resolve) =>
        child.once("close", (code) => resolve({ code, ...texts }))
      )
      return { child, ended, stdout: () => texts.stdout, stderr: () => texts.stderr }
    }),
    ({ child, ended }) =>
      Effect.promise(() => {
        if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL")
        return ended
      })
  )

/** Runs a command line as a process, to its end. */
export const ran = (variables: Environment, ...args: ReadonlyArray<string>) =>
  Effect.scoped(Effect.flatMap(started(variables, ...args), ({ ended }) => Effect.promise(() => ended)))

/** Waits until `is` answers something, looking ten times a second; dies after `seconds`. */
export const eventually = <A>(is: () => A | undefined, seconds = 100): Effect.Effect<A> =>
  Effect.gen(function* () {
    for (let left = seconds * 10; left > 0; left -= 1) {
      const found = is()
      if (found !== undefined) return found
      yield* Effect.sleep("100 millis")
    }
    return yield* Effect.die(new Error(`nothing after ${seconds} seconds`))
  })

const variablesOf = (name: string): Environment => {
  const { host, port, username } = inject("postgres")
  return {
    DATABASE_URL: `postgres://${username}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`
  }
}

/** A migrated database of its own, as the variables that name it; dropped with the scope. */
export const freshDatabase = Effect.map(databaseNamed, variablesOf)

/** As `freshDatabase`, before any migration. */
export const emptyDatabase = Effect.map(emptyNamed, variablesOf)
