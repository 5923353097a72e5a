import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { layer } from "../src/embedded.ts"

const folder = mkdtempSync(join(tmpdir(), "embedded-"))
chmodSync(folder, 0o755) // PostgreSQL runs under another account when we are root
const dataDir = join(folder, "pg")

const query = (statement: string) =>
  Effect.runPromise(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
      Effect.provide(layer({ dataDir }))
    )
  )

/** Another process with a server on the same data folder; answers its socket's folder. */
const startElsewhere = async () => {
  const module = fileURLToPath(new URL("../src/embedded.ts", import.meta.url))
  const script = `
    import { Effect } from "effect"
    import { start } from ${JSON.stringify(module)}
    await Effect.runPromise(Effect.scoped(Effect.andThen(
      Effect.tap(start({ dataDir: ${JSON.stringify(dataDir)} }), ({ host }) => Effect.sync(() => process.stdout.write(host))),
      Effect.never
    )))`
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"]
  })
  const [host] = (await once(child.stdout, "data")) as [Buffer]
  return { child, host: host.toString() }
}

describe("the embedded server", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("keeps the data of its folder", async () => {
    await query("create table kept (id int)")
    expect(await query("select * from kept")).toEqual([])
  })

  it("ends with its process, even a killed one, and starts again at once", async () => {
    const { child, host } = await startElsewhere()
    expect(existsSync(host)).toBe(true)
    child.kill("SIGKILL")
    expect(await query("select * from kept")).toEqual([])
    while (existsSync(host)) await sleep(20)
  })
})
