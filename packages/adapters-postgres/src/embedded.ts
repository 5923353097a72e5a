/**
 * PostgreSQL from npm: a server of our own, for `npm start` without a
 * database and for the tests. Linux and macOS; elsewhere bring a server.
 */
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Schedule } from "effect"
import { chownSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { type Account, reachableDataDir, unprivilegedAccount } from "./embedded/account.ts"
import { binFolder } from "./embedded/binaries.ts"
import { attempt, EmbeddedPostgresFailed } from "./embedded/failed.ts"
import { createCluster, launch } from "./embedded/server.ts"

export { EmbeddedPostgresFailed }

export interface EmbeddedOptions {
  /** Where the data stays, made durable; absent: a throw-away cluster that trades durability for speed. */
  readonly dataDir?: string | undefined
  /** Where the socket and a throw-away cluster live. Default: the system's temporary folder. */
  readonly temporary?: string | undefined
  /** Server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/** What a client needs: the host is the folder of a Unix socket that only our account and root can enter. */
export interface EmbeddedPostgres {
  readonly host: string
  readonly port: number
  readonly username: string
}

const port = 5432
const username = "postgres"

/** Where the data that is wanted in a folder really is: PostgreSQL may run as an account that cannot enter it. */
export const placeOf = (dataDir: string): string => reachableDataDir(unprivilegedAccount(), dataDir)

/** Short and outside the project: a socket's path must stay below 104 bytes. */
const temporaryFolder = (parent: string, account: Account | undefined) =>
  Effect.acquireRelease(
    attempt("making a temporary folder", () => {
      const folder = mkdtempSync(join(parent, "lyceum-"))
      if (account) chownSync(folder, account.uid, account.gid)
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const settingsFor = (folder: string, options: EmbeddedOptions) => ({
  port: String(port),
  listen_addresses: "",
  unix_socket_directories: folder,
  unix_socket_permissions: "0700",
  max_connections: "100",
  shared_buffers: "64MB",
  timezone: "UTC",
  ...(options.dataDir === undefined
    ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }
    : {}),
  ...options.settings
})

/** The server of a process that was just killed takes a moment to end; one that lives on keeps its data folder. */
const launchAfterPredecessor = (...args: Parameters<typeof launch>) =>
  Effect.retry(launch(...args), {
    while: (failed) => failed.detail.includes("postmaster.pid"),
    schedule: Schedule.spaced("250 millis"),
    times: 20
  })

/** Starts a server that ends with the scope, or with this process however that ends. */
export const start = Effect.fn("EmbeddedPostgres.start")(function* (options: EmbeddedOptions = {}) {
  const account = yield* attempt("choosing an account", unprivilegedAccount)
  const bin = yield* binFolder(account)
  const folder = yield* temporaryFolder(options.temporary ?? tmpdir(), account)
  const wanted = options.dataDir ?? join(folder, "data")
  const dataDir = yield* attempt("choosing the data folder", () => reachableDataDir(account, wanted))
  if (dataDir !== resolve(wanted))
    yield* Effect.logInfo(`PostgreSQL cannot enter ${wanted}; its data is in ${dataDir}`)
  const place = { account, bin, folder, dataDir }
  yield* createCluster(place, options.dataDir === undefined ? ["--no-sync"] : [])
  yield* launchAfterPredecessor(place, settingsFor(folder, options))
  return { host: folder, port, username } satisfies EmbeddedPostgres
})

/** A client of a server of its own, which stops with the layer. */
export const layer = (options: EmbeddedOptions = {}, client: Partial<PgClient.PgPoolConfig> = {}) =>
  Layer.unwrap(
    Effect.map(start(options), (server) => PgClient.layer({ ...server, database: "postgres", ...client }))
  )
