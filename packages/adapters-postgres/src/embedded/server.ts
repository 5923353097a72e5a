/** The processes: making a cluster, and a server that ends when we do. */
import { Effect, type Scope } from "effect"
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Account } from "./account.ts"
import { attempt, EmbeddedPostgresFailed } from "./failed.ts"

/**
 * Runs the server as long as our end of the pipe on its stdin is open. The
 * kernel closes it however we end, SIGKILL included, and no server is left
 * behind. After an orderly end the folder `$1` goes too.
 */
const guard = `
folder=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ read -r line; kill -INT $server; } <&3 2>/dev/null &
reader=$!
exec 3<&-
wait $server; code=$?
kill $reader 2>/dev/null; wait $reader
[ $code -ne 0 ] || rm -rf -- "$folder"
exit $code
`

export interface Place {
  readonly account: Account | undefined
  /** Of `initdb` and `postgres`. */
  readonly bin: string
  /** Temporary; the server's working folder, since ours may be closed to its account. */
  readonly folder: string
  readonly dataDir: string
}

const run = (step: string, program: string, args: ReadonlyArray<string>, place: Place) =>
  Effect.callback<void, EmbeddedPostgresFailed>((resume) => {
    const options = { ...place.account, cwd: place.folder, env: { ...process.env, LC_ALL: "C" } }
    execFile(join(place.bin, program), [...args], options, (error, _, stderr) =>
      resume(
        error ? Effect.fail(EmbeddedPostgresFailed.at(step, `${error.message}\n${stderr}`)) : Effect.void
      )
    )
  })

/** Makes the cluster beside its place first: a half-made one never counts. */
export const createCluster = Effect.fnUntraced(function* (place: Place, flags: ReadonlyArray<string>) {
  if (existsSync(join(place.dataDir, "PG_VERSION"))) return
  const unfinished = `${place.dataDir}.unfinished`
  yield* attempt("making the data folder", () => {
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished, { recursive: true, mode: 0o700 })
    if (place.account) chownSync(unfinished, place.account.uid, place.account.gid)
  })
  const common = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"]
  yield* run("creating the cluster", "initdb", ["-D", unfinished, ...common, ...flags], place)
  yield* attempt("placing the cluster", () => renameSync(unfinished, place.dataDir))
})

const spawnGuarded = (place: Place, args: ReadonlyArray<string>) => {
  const server = [join(place.bin, "postgres"), "-D", place.dataDir, ...args]
  return spawn("/bin/sh", ["-c", guard, "guard", place.folder, ...server], {
    ...place.account,
    cwd: place.folder,
    stdio: ["pipe", "ignore", "pipe"],
    detached: true // Ctrl-C is for us: the server ends after our last query
  })
}

const whenReady = (child: ChildProcess) =>
  Effect.callback<ChildProcess, EmbeddedPostgresFailed>((resume) => {
    let log = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-4000)
      if (log.includes("ready to accept connections")) resume(Effect.succeed(child))
    })
    const failed = (cause: unknown) => resume(Effect.fail(EmbeddedPostgresFailed.at("starting", cause)))
    child.once("error", failed)
    child.once("exit", (code) => failed(`exit code ${code}\n${log}`))
  })

const stop = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.stdin?.end()
  })

/** Starts the server and answers when it takes connections. It stops with the scope. */
export const launch = (
  place: Place,
  settings: Readonly<Record<string, string>>
): Effect.Effect<ChildProcess, EmbeddedPostgresFailed, Scope.Scope> => {
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
  return Effect.acquireRelease(
    Effect.suspend(() => whenReady(spawnGuarded(place, args))),
    stop
  )
}
