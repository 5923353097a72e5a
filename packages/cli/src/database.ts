/** The PostgreSQL that a command talks to: the one of DATABASE_URL, the running embedded one, or one of its own. */
import { connect, type ConnectOptions } from "@lyceum/adapters-postgres"
import { placeOf, start } from "@lyceum/adapters-postgres/embedded"
import { Context, Effect, Layer, Redacted } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Config, type Settings } from "./config.ts"
import { CliFailure } from "./failure.ts"

const wantedFolder = (settings: Settings): string => join(settings.dataDir, "pg")

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
  const [pid, , , port, host, , , status] = readFileSync(file, "utf8").split("\n")
  // One that is on its way up or down is waited for by starting our own after it.
  return host !== undefined && status?.trim() === "ready" && isAlive(Number(pid))
    ? { host, port: Number(port), username: "postgres" }
    : undefined
}

/** Where to connect to. A server of our own runs as long as this layer. */
class Server extends Context.Service<Server, ConnectOptions>()("lyceum/cli/Server") {
  static readonly layer = Layer.effect(
    Server,
    Effect.gen(function* () {
      const settings = yield* Config
      if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl }
      const folder = wantedFolder(settings)
      const own = Effect.mapError(
        start({ dataDir: folder }),
        ({ message }) => new CliFailure({ message, exitCode: 1 })
      )
      const server = runningServer(placeOf(folder)) ?? (yield* own)
      return { ...server, database: "postgres" }
    })
  )
}

/**
 * The client of that database; a pool that is opened once per process and closed with it. Every transaction becomes
 * `service_role`; the login of our own server is one that holds nothing else (PG-6, PG-9).
 */
const pool = Layer.unwrap(
  Effect.gen(function* () {
    const { databaseConnections, databaseUrl } = yield* Config
    const login = databaseUrl === undefined && { username: "lyceum_service" }
    return connect({
      ...(yield* Server),
      ...login,
      role: "service_role",
      maxConnections: databaseConnections
    })
  })
)

/** A client for migrations: what they do may take longer than the sessions of requests allow. */
export const patientPool = Layer.unwrap(
  Effect.map(Server, (server) =>
    connect({ ...server, maxConnections: 2, startupParameters: { statement_timeout: "0" } })
  )
)

export const serverLayer = Server.layer
export const databaseLayer = Layer.provideMerge(pool, serverLayer)

/** How the database is told to people, without its password. */
export const databaseName = (settings: Settings): string => {
  if (settings.databaseUrl === undefined) return `embedded PostgreSQL in ${placeOf(wantedFolder(settings))}`
  const { host, pathname } = new URL(Redacted.value(settings.databaseUrl))
  return `PostgreSQL at ${host}${pathname}`
}
