/** The PostgreSQL that a command talks to: the one of DATABASE_URL, the running embedded one, or one of its own. */
import { connect } from "@lyceum/adapters-postgres"
import { start } from "@lyceum/adapters-postgres/embedded"
import { Effect, Layer, Redacted } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Config, type Settings } from "./config.ts"
import { CliFailure } from "./failure.ts"

/** Where the embedded cluster of a data folder lives. */
export const clusterFolder = (settings: Settings): string => join(settings.dataDir, "pg")

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The embedded server that another process runs on the folder, from the file that PostgreSQL keeps there. */
const runningServer = (folder: string) => {
  const file = join(folder, "postmaster.pid")
  if (!existsSync(file)) return undefined
  const [pid, , , port, host] = readFileSync(file, "utf8").split("\n")
  return host !== undefined && isAlive(Number(pid))
    ? { host, port: Number(port), username: "postgres" }
    : undefined
}

const own = (settings: Settings) =>
  start({ dataDir: clusterFolder(settings) }).pipe(
    Effect.mapError(({ message }) => new CliFailure({ message, exitCode: 1 }))
  )

/** The client of that database; a pool that is opened once per process and closed with it. */
export const databaseLayer = Layer.unwrap(
  Effect.gen(function* () {
    const settings = yield* Config
    const common = { maxConnections: settings.databaseConnections }
    if (settings.databaseUrl !== undefined) {
      return connect({ url: settings.databaseUrl, ...common })
    }
    const server = runningServer(clusterFolder(settings)) ?? (yield* own(settings))
    return connect({ ...server, database: "postgres", ...common })
  })
)

/** How the database is told to people, without its password. */
export const databaseName = (settings: Settings): string => {
  if (settings.databaseUrl === undefined) return `embedded PostgreSQL in ${clusterFolder(settings)}`
  const { host, pathname } = new URL(Redacted.value(settings.databaseUrl))
  return `PostgreSQL at ${host}${pathname}`
}
