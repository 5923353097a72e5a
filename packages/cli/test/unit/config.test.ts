import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { environment, settingsFrom } from "../../src/config.ts"
import { run } from "../cli.ts"

const secret = "a secret of thirty-two characters"
const production = {
  LYCEUM_MODE: "production",
  LYCEUM_JWT_SECRET: secret,
  LYCEUM_JWT_ISSUER: "https://id.school.example",
  LYCEUM_JWT_AUDIENCE: "lyceum",
  DATABASE_URL: "postgres://lyceum:hunter2@db.school.example/lyceum"
}
const mistakesOf = (variables: Readonly<Record<string, string>>) =>
  Effect.map(Effect.flip(settingsFrom(variables)), ({ exitCode, message }) => {
    assert.strictEqual(exitCode, 2)
    return message
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
  })

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lyceum-config-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

describe("the configuration", () => {
  it.effect("needs nothing: an embedded database, one's own machine, development (CLI-3)", () =>
    Effect.gen(function* () {
      const settings = yield* settingsFrom({})
      assert.deepInclude(settings, { mode: "development", host: "127.0.0.1", port: 3000, dataDir: ".data" })
      assert.deepStrictEqual(settings.limits, { perActor: 600, perAddress: 120, writes: 60 })
      assert.isUndefined(settings.databaseUrl)
      assert.isUndefined(settings.metricsToken)
      assert.strictEqual(settings.hstsDays, 0)
    })
  )

  it.effect("names all mistakes at once, each by its variable, and shows no secret (CLI-3)", () =>
    Effect.gen(function* () {
      const wrong = {
        DATABASE_URL: "mysql://root:hunter2@db",
        LYCEUM_MODE: "prod",
        PORT: "70000",
        LYCEUM_JWT_SECRET: "hunter2",
        LYCEUM_JWKS_URL: "http://keys.example",
        LYCEUM_METRICS_TOKEN: "hunter2",
        LYCEUM_HSTS_DAYS: "-1",
        LYCEUM_TRUSTED_PROXIES: "10.0.0.0/8, proxy.local",
        LYCEUM_CORS_ORIGINS: "https://school.example/path",
        LYCEUM_COURSE_DEFAULT: "maybe",
        LYCEUM_WRITES_PER_MINUTE: "many",
        LYCEUM_LOG_LEVEL: "loud",
        LYCEUM_DATABASE_URL: "postgres://db"
      }
      const mistakes = yield* mistakesOf(wrong)
      assert.deepStrictEqual(
        mistakes.map((line) => line.split(":")[0]).toSorted(),
        Object.keys(wrong).toSorted()
      )
      assert.notInclude(mistakes.join(), "hunter2")
      assert.include(mistakes, "LYCEUM_DATABASE_URL: there is no such variable")
      assert.include(mistakes, "LYCEUM_TRUSTED_PROXIES: proxy.local: no address or network")
      assert.include(mistakes, "DATABASE_URL: Expected a postgres:// address")
    })
  )

  it.effect("of production names everything that it lacks (CLI-3, API-2)", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        (yield* mistakesOf({ LYCEUM_MODE: "production" })).map((line) => line.split(":")[0]),
        ["LYCEUM_JWT_SECRET or LYCEUM_JWKS_URL", "LYCEUM_JWT_ISSUER", "LYCEUM_JWT_AUDIENCE", "DATABASE_URL"]
      )
      const settings = yield* settingsFrom(production)
      assert.strictEqual(settings.mode, "production")
      assert.strictEqual(settings.hstsDays, 365)
      assert.strictEqual((yield* settingsFrom({ ...production, LYCEUM_HSTS_DAYS: "0" })).hstsDays, 0)
      assert.notInclude(JSON.stringify(settings), "hunter2")
      assert.notInclude(JSON.stringify(settings), secret)
      assert.strictEqual(Redacted.value(settings.jwtSecret!), secret)
    })
  )

  it.effect("is shown by the names of its variables, secrets hidden (CLI-3)", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run({ ...production, PORT: "8080" }, "config")
      assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
      assert.match(stdout, /^PORT +8080$/m)
      assert.match(stdout, /^LYCEUM_HOST +127\.0\.0\.1$/m)
      assert.match(stdout, /^DATABASE_URL +\(set, not shown\)$/m)
      assert.match(stdout, /^LYCEUM_JWKS_URL +\(not set\)$/m)
      const json = yield* run({ ...production, PORT: "8080" }, "config", "--json")
      const shown = JSON.parse(json.stdout) as Readonly<Record<string, unknown>>
      assert.deepInclude(shown, { PORT: 8080, LYCEUM_JWT_SECRET: "(set, not shown)" })
      assert.notProperty(shown, "LYCEUM_JWKS_URL")
      for (const text of [stdout, json.stdout]) {
        assert.notInclude(text, "hunter2")
        assert.notInclude(text, secret)
      }
    })
  )

  it.effect("stops every command that needs it, with 2, before anything is started (CLI-1, CLI-3)", () =>
    Effect.gen(function* () {
      for (const command of [["config"], ["serve"], ["courses", "list"], ["migrate"], ["doctor"]]) {
        const { code, stderr, stdout } = yield* run({ PORT: "http", LYCEUM_MODE: "prod" }, ...command)
        assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" }, command.join(" "))
        assert.match(stderr, /^The configuration has mistakes:\n {2}LYCEUM_MODE: .*\n {2}PORT: /)
      }
    })
  )

  it.effect("comes from .env too, below the environment (CLI-3)", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(
        join(at, ".env"),
        'PORT=4000\nLYCEUM_HOST="0.0.0.0"\n# a comment\nOTHER=1\nLYCEUM_JWT_ISSUER=\n'
      )
      const [before, port] = [process.cwd(), process.env["PORT"]]
      yield* Effect.acquireUseRelease(
        Effect.sync(() => {
          process.chdir(at)
          process.env["PORT"] = "5000"
        }),
        () =>
          Effect.sync(() => {
            const variables = environment()
            assert.deepInclude(variables, { PORT: "5000", LYCEUM_HOST: "0.0.0.0" })
            assert.notProperty(variables, "OTHER")
            // Set to nothing is not set.
            assert.notProperty(variables, "LYCEUM_JWT_ISSUER")
          }),
        () =>
          Effect.sync(() => {
            process.chdir(before)
            if (port === undefined) delete process.env["PORT"]
            else process.env["PORT"] = port
          })
      )
    }).pipe(Effect.scoped)
  )
})

describe("token", () => {
  const ada = "11111111-1111-4111-8111-111111111111"

  it.live("signs with a secret that is made once and is its owner's alone (CLI-1)", () =>
    Effect.gen(function* () {
      const LYCEUM_DATA_DIR = join(yield* folder, "data")
      const [first, second] = [
        yield* run({ LYCEUM_DATA_DIR }, "token", ada),
        yield* run({ LYCEUM_DATA_DIR }, "token", ada)
      ]
      for (const { code, stderr, stdout } of [first, second]) {
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        const claims = JSON.parse(Buffer.from(stdout.split(".")[1]!, "base64url").toString()) as {
          readonly [claim: string]: unknown
        }
        assert.deepInclude(claims, { sub: ada, role: "authenticated" })
        assert.strictEqual((claims["exp"] as number) - (claims["iat"] as number), 24 * 3600)
      }
      assert.strictEqual(statSync(join(LYCEUM_DATA_DIR, "token-secret")).mode & 0o777, 0o600)
      const json = yield* run({ LYCEUM_DATA_DIR }, "token", ada, "--json", "--hours", "1")
      assert.property(JSON.parse(json.stdout), "token")
    }).pipe(Effect.scoped)
  )

  it.effect("is refused in production, and to who is nobody (CLI-1, API-2)", () =>
    Effect.gen(function* () {
      const refused = yield* run(production, "token", ada)
      assert.deepStrictEqual(refused, {
        code: 1,
        stdout: "",
        stderr: "Tokens come from your identity provider in production mode."
      })
      for (const args of [["ada"], [ada, "--hours", "0"]])
        assert.strictEqual((yield* run({}, "token", ...args)).code, 2, args.join(" "))
    })
  )
})
