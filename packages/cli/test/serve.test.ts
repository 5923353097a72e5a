/** `serve` as its operator meets it: a process of its own, on an embedded PostgreSQL of its own. Source: CLI-1. */
import { assert, describe, it } from "@effect/vitest"
import { placeOf } from "@lyceum/adapters-postgres/embedded"
import { Duration, Effect } from "effect"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Environment, eventually, freshDatabase, ran, type Running, started } from "./cli.ts"

/** A data folder for an embedded cluster; where root runs the tests, the account of PostgreSQL cannot even enter it. */
const dataFolder = Effect.acquireRelease(
  Effect.sync(() => join(mkdtempSync(join(tmpdir(), "lyceum-serve-")), "data")),
  (path) =>
    Effect.sync(() => {
      rmSync(clusterOf(path), { recursive: true, force: true })
      rmSync(join(path, ".."), { recursive: true })
    })
)
const clusterOf = (data: string): string => placeOf(join(data, "pg"))

const urlOf = ({ stdout }: Running) => eventually(() => /answers at (http:\S+)/.exec(stdout())?.[1])

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
/** The process of the database server on a data folder. */
const serverOn = (data: string): number =>
  Number(readFileSync(join(clusterOf(data), "postmaster.pid"), "utf8").split("\n")[0])

const fetched = (url: string, token?: string) =>
  Effect.promise(async () => {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` }
    })
    return { status: response.status, body: (await response.json()) as any }
  })

const serving = (variables: Environment, ...flags: ReadonlyArray<string>) =>
  started({ PORT: "0", ...variables }, "serve", ...flags)

describe("serve", () => {
  it.live(
    "answers on a database of its own that commands share, leaves no process behind, and starts again (CLI-1)",
    () =>
      Effect.gen(function* () {
        const LYCEUM_DATA_DIR = yield* dataFolder
        const on = { LYCEUM_DATA_DIR }
        const first = yield* serving(on, "--demo")
        const url = yield* urlOf(first)
        const catalogue = yield* fetched(`${url}/v1/catalogue`)
        assert.strictEqual(catalogue.status, 200)
        assert.lengthOf(catalogue.body.items, 3)
        assert.strictEqual((yield* fetched(`${url}/health/ready`)).status, 200)
        yield* eventually(() => (first.stdout().includes("premium_member  ey") ? true : undefined))

        // A command beside it sees the same school, over the server that is running already.
        const postgres = serverOn(LYCEUM_DATA_DIR)
        const users = yield* ran(on, "users", "list", "--json")
        assert.deepStrictEqual({ code: users.code, stderr: users.stderr }, { code: 0, stderr: "" })
        const people = JSON.parse(users.stdout).items as ReadonlyArray<{
          readonly id: string
          readonly username: string
        }>
        assert.lengthOf(people, 11)
        assert.strictEqual(serverOn(LYCEUM_DATA_DIR), postgres)
        assert.isTrue(isAlive(postgres))

        // Its tokens are taken, since both read the same secret.
        const noor = people.find(({ username }) => username === "noor")
        const token = yield* ran(on, "token", noor?.id ?? "")
        const me = yield* fetched(`${url}/v1/me`, token.stdout.trim())
        assert.deepStrictEqual(
          { status: me.status, username: me.body.username },
          { status: 200, username: "noor" }
        )

        first.child.kill("SIGTERM")
        const ended = yield* Effect.promise(() => first.ended)
        assert.strictEqual(ended.code, 143, ended.stderr)
        assert.isFalse(isAlive(postgres))
        assert.isFalse(existsSync(join(clusterOf(LYCEUM_DATA_DIR), "postmaster.pid")))
        assert.strictEqual(
          yield* Effect.promise(() =>
            fetch(url).then(
              () => "answers",
              () => "gone"
            )
          ),
          "gone"
        )

        // Without the school this time: what was imported is still there, and nothing has to be made.
        const [duration, second] = yield* Effect.timed(Effect.tap(serving(on), urlOf))
        assert.lengthOf((yield* fetched(`${yield* urlOf(second)}/v1/catalogue`)).body.items, 3)
        assert.isBelow(Duration.toSeconds(duration), 30)
        second.child.kill("SIGINT")
        assert.strictEqual((yield* Effect.promise(() => second.ended)).code, 130)
      }).pipe(Effect.scoped),
    120_000
  )

  it.live("takes the database of DATABASE_URL, and tells its address as JSON (CLI-1, CLI-3)", () =>
    Effect.gen(function* () {
      const on = { ...(yield* freshDatabase), LYCEUM_DATA_DIR: yield* dataFolder }
      const server = yield* serving(on, "--json")
      const { url } = yield* eventually(() =>
        server.stdout().includes("\n") ? (JSON.parse(server.stdout()) as { readonly url: string }) : undefined
      )
      assert.lengthOf((yield* fetched(`${url}/v1/catalogue`)).body.items, 0)

      const taken = yield* ran({ ...on, PORT: new URL(url).port }, "serve")
      assert.deepStrictEqual({ code: taken.code, stdout: taken.stdout }, { code: 1, stdout: "" })
      assert.match(taken.stderr, /^cannot listen on 127\.0\.0\.1:\d+$/m)
    }).pipe(Effect.scoped)
  )

  it.live(
    "keeps to the issuer, the audience, the token of /metrics and the https that are set (CLI-3, API-2, API-6)",
    () =>
      Effect.gen(function* () {
        const secret = { LYCEUM_JWT_SECRET: "a secret of thirty-two characters" }
        const metrics = "a-token-for-metrics"
        const on = {
          ...secret,
          ...(yield* freshDatabase),
          LYCEUM_JWT_ISSUER: "https://id.school.example",
          LYCEUM_JWT_AUDIENCE: "school",
          LYCEUM_METRICS_TOKEN: metrics,
          LYCEUM_HSTS_DAYS: "2"
        }
        const url = yield* urlOf(yield* serving(on))
        const headers = yield* Effect.promise(async () => (await fetch(`${url}/v1/catalogue`)).headers)
        assert.strictEqual(headers.get("strict-transport-security"), "max-age=172800; includeSubDomains")
        const tokenOf = (changed: Environment) =>
          Effect.map(
            ran({ ...on, ...changed }, "token", "11111111-1111-4111-8111-111111111111"),
            ({ stdout }) => stdout.trim()
          )
        const statusWith = Effect.fnUntraced(function* (path: string, token?: string) {
          return yield* Effect.promise(async () => {
            const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
            return (await fetch(url + path, { headers: authorization })).status
          })
        })
        assert.strictEqual(yield* statusWith("/v1/catalogue", yield* tokenOf({})), 200)
        for (const other of [
          { LYCEUM_JWT_ISSUER: "https://other.example" },
          { LYCEUM_JWT_AUDIENCE: "other" }
        ])
          assert.strictEqual(yield* statusWith("/v1/catalogue", yield* tokenOf(other)), 401)
        assert.deepStrictEqual(
          [
            yield* statusWith("/metrics"),
            yield* statusWith("/metrics", "a-token-for-nothing"),
            yield* statusWith("/metrics", `${metrics}s`),
            yield* statusWith("/metrics", metrics)
          ],
          [401, 401, 401, 200]
        )
      }).pipe(Effect.scoped)
  )
})

describe("demo", () => {
  it.live("prints the paywall and an exam as a story, in memory, and needs no configuration (CLI-1)", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* ran({}, "demo")
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      const steps = [
        "The catalogue, as a visitor sees it:",
        "A visitor opens",
        "✓ free_preview",
        "✗ You need to sign in",
        "Jonas, who has a free account, opens",
        "✗",
        "Billing grants Jonas the course for 3 seconds",
        "✓ ",
        "3 seconds later",
        "✗",
        "Why? What support staff would see:",
        "Jonas takes “Final exam: AI Foundations”",
        "handed in: graded, 100 %, passed",
        "handed in twice: the same result",
        "The certificate: LYC-",
        "may check it: valid"
      ]
      let at = 0
      for (const step of steps) {
        const found = stdout.indexOf(step, at)
        assert.isAtLeast(found, at, `${step}\n${stdout}`)
        at = found + step.length
      }
    })
  )
})
