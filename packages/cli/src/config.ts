/** Configuration from the environment and `.env`, checked at once and whole. Source: CLI-3. */
import { Invalid, line, readNetwork, strictly } from "@lyceum/core/shared"
import { Context, Effect, Layer, Option, Redacted, Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { parseEnv } from "node:util"
import { CliFailure } from "./failure.ts"

const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const address = (pattern: RegExp, description: string) =>
  Schema.String.check(
    Schema.isPattern(pattern, { expected: description }),
    Schema.makeFilter((text) =>
      URL.canParse(text) ? undefined : `is no ${description.replace(/^an? /, "")}`
    )
  )

const items = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "")

/** Several in one variable; each that is wrong is named. */
const list = (is: (item: string) => boolean, what: string) =>
  Schema.String.check(
    Schema.makeFilter((text) => {
      const wrong = items(text).filter((one) => !is(one))
      return wrong.length === 0 ? undefined : `${wrong.join(", ")}: no ${what}`
    })
  )
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text
const isNetwork = (text: string): boolean => Option.isSome(readNetwork(text))

const isSigningKey = (text: string): boolean => {
  try {
    const read = JSON.parse(text) as { readonly keys?: ReadonlyArray<unknown> }
    const { crv, d, x } = (read.keys?.[0] ?? read) as Readonly<Record<string, unknown>>
    return crv === "Ed25519" && typeof d === "string" && typeof x === "string"
  } catch {
    return false
  }
}

/** Every variable there is, with what holds when it is not set. */
const Variables = Schema.Struct({
  /** PostgreSQL to use; without it an embedded one runs in LYCEUM_DATA_DIR. */
  DATABASE_URL: Schema.optionalKey(address(/^postgres(ql)?:\/\//u, "a postgres:// address")),
  LYCEUM_DATA_DIR: Schema.optionalKey(Schema.NonEmptyString),
  LYCEUM_MODE: Schema.optionalKey(Schema.Literals(["development", "production"])),
  PORT: Schema.optionalKey(whole(0, 65_535)),
  LYCEUM_HOST: Schema.optionalKey(Schema.NonEmptyString),
  /** HS256 secret of the tokens, at least 32 characters; one of this and LYCEUM_JWKS_URL is needed in production. */
  LYCEUM_JWT_SECRET: Schema.optionalKey(Schema.String.check(Schema.isMinLength(32))),
  LYCEUM_JWKS_URL: Schema.optionalKey(address(/^https:\/\//u, "an https:// address")),
  LYCEUM_JWT_ISSUER: Schema.optionalKey(Schema.NonEmptyString),
  LYCEUM_JWT_AUDIENCE: Schema.optionalKey(Schema.NonEmptyString),
  /** What a course without a rule is: open to everyone, or closed. Source: ACC-3. */
  LYCEUM_COURSE_DEFAULT: Schema.optionalKey(Schema.Literals(["open", "closed"])),
  /** For how many milliseconds after its deadline an attempt can still be handed in. Source: ASM-6. */
  LYCEUM_SUBMIT_GRACE_MS: Schema.optionalKey(whole(0, 600_000)),
  /** Shown as a bearer token by whoever may read /metrics; without it, everybody who reaches the port may. */
  LYCEUM_METRICS_TOKEN: Schema.optionalKey(Schema.String.check(Schema.isMinLength(16))),
  /** For how many days browsers use https alone, for subdomains too; 0 says nothing. 365 in production, else 0. */
  LYCEUM_HSTS_DAYS: Schema.optionalKey(whole(0, 3650)),
  /** Where people reach the API: what certificates print and sign points there. In development where it listens, else nowhere. */
  LYCEUM_PUBLIC_URL: Schema.optionalKey(address(/^https?:\/\//u, "an http:// or https:// address")),
  /** The name of the school on certificates. */
  LYCEUM_SCHOOL_NAME: Schema.optionalKey(line(200)),
  /** Signs the credentials of certificates: an Ed25519 private JWK in JSON, or a set of which the first one signs. */
  LYCEUM_CERTIFICATE_KEY: Schema.optionalKey(
    Schema.String.check(
      Schema.makeFilter((text) => (isSigningKey(text) ? undefined : "is no Ed25519 private key as JWK"))
    )
  ),
  /** Addresses or networks of proxies in front, separated by commas. Source: KER-25. */
  LYCEUM_TRUSTED_PROXIES: Schema.optionalKey(list(isNetwork, "address or network")),
  /** Origins that browsers may call from, separated by commas. */
  LYCEUM_CORS_ORIGINS: Schema.optionalKey(list(isOrigin, "origin, as in https://school.example")),
  LYCEUM_REQUESTS_PER_MINUTE: Schema.optionalKey(whole(1, 1_000_000)),
  LYCEUM_ANONYMOUS_REQUESTS_PER_MINUTE: Schema.optionalKey(whole(1, 1_000_000)),
  LYCEUM_WRITES_PER_MINUTE: Schema.optionalKey(whole(1, 1_000_000)),
  LYCEUM_DATABASE_CONNECTIONS: Schema.optionalKey(whole(1, 500)),
  LYCEUM_LOG_LEVEL: Schema.optionalKey(Schema.Literals(["Debug", "Info", "Warn", "Error"])),
  /** Where OpenTelemetry traces go; none without it. */
  OTEL_EXPORTER_OTLP_ENDPOINT: Schema.optionalKey(Schema.NonEmptyString)
})
type Variables = typeof Variables.Type

const secretNames = new Set([
  "DATABASE_URL",
  "LYCEUM_JWT_SECRET",
  "LYCEUM_CERTIFICATE_KEY",
  "LYCEUM_METRICS_TOKEN"
])

const defaults = {
  LYCEUM_DATA_DIR: ".data",
  LYCEUM_MODE: "development",
  PORT: 3000,
  LYCEUM_HOST: "127.0.0.1",
  LYCEUM_COURSE_DEFAULT: "open",
  LYCEUM_SUBMIT_GRACE_MS: 5000,
  LYCEUM_SCHOOL_NAME: "Lyceum",
  LYCEUM_REQUESTS_PER_MINUTE: 600,
  LYCEUM_ANONYMOUS_REQUESTS_PER_MINUTE: 120,
  LYCEUM_WRITES_PER_MINUTE: 60,
  LYCEUM_DATABASE_CONNECTIONS: 10,
  LYCEUM_LOG_LEVEL: "Info"
} as const satisfies Variables

/** What is in force. Secrets are redacted: they show in no log and no answer. */
export interface Settings {
  readonly databaseUrl: Redacted.Redacted | undefined
  readonly dataDir: string
  readonly mode: "development" | "production"
  readonly port: number
  readonly host: string
  readonly jwtSecret: Redacted.Redacted | undefined
  readonly jwksUrl: string | undefined
  readonly issuer: string | undefined
  readonly audience: string | undefined
  readonly courseDefault: "open" | "closed"
  readonly submitGraceMillis: number
  readonly publicUrl: string | undefined
  readonly schoolName: string
  readonly certificateKey: Redacted.Redacted<string> | undefined
  readonly metricsToken: Redacted.Redacted | undefined
  readonly hstsDays: number
  readonly trustedProxies: ReadonlyArray<string>
  readonly corsOrigins: ReadonlyArray<string>
  readonly limits: { readonly perActor: number; readonly perAddress: number; readonly writes: number }
  readonly databaseConnections: number
  readonly logLevel: "Debug" | "Info" | "Warn" | "Error"
  readonly otlpEndpoint: string | undefined
  /** All of it by the names of the variables, defaults among them; what has neither is undefined. */
  readonly variables: Readonly<Record<string, string | number | Redacted.Redacted | undefined>>
}

export class Config extends Context.Service<Config, Settings>()("lyceum/cli/Config") {
  static readonly layer = Layer.effect(
    Config,
    Effect.suspend(() => settingsFrom(environment()))
  )
}

/** The variables that are ours, `.env` below the environment. */
export const environment = (): Readonly<Record<string, string>> => {
  const file = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {}
  const merged = { ...file, ...process.env }
  const names = [
    ...Object.keys(Variables.fields),
    ...Object.keys(merged).filter((name) => name.startsWith("LYCEUM_"))
  ]
  return Object.fromEntries(
    names.flatMap((name) => (merged[name] === undefined || merged[name] === "" ? [] : [[name, merged[name]]]))
  )
}

const decode = Schema.decodeUnknownEffect(Schema.toCodecStringTree(Variables), strictly)

const productionIssues = (given: Variables): ReadonlyArray<string> =>
  given.LYCEUM_MODE !== "production"
    ? []
    : [
        ...((given.LYCEUM_JWT_SECRET ?? given.LYCEUM_JWKS_URL) === undefined
          ? ["LYCEUM_JWT_SECRET or LYCEUM_JWKS_URL: one of the two is needed in production"]
          : []),
        ...(["LYCEUM_JWT_ISSUER", "LYCEUM_JWT_AUDIENCE", "DATABASE_URL"] as const).flatMap((name) =>
          given[name] === undefined ? [`${name}: is needed in production`] : []
        )
      ]

const redacted = (text: string | undefined) => (text === undefined ? undefined : Redacted.make(text))

const inForce = (given: Variables): Settings => {
  const hstsDays = given.LYCEUM_HSTS_DAYS ?? (given.LYCEUM_MODE === "production" ? 365 : 0)
  const all = { ...defaults, LYCEUM_HSTS_DAYS: hstsDays, ...given }
  return {
    databaseUrl: redacted(all.DATABASE_URL),
    dataDir: all.LYCEUM_DATA_DIR,
    mode: all.LYCEUM_MODE,
    port: all.PORT,
    host: all.LYCEUM_HOST,
    jwtSecret: redacted(all.LYCEUM_JWT_SECRET),
    jwksUrl: all.LYCEUM_JWKS_URL,
    issuer: all.LYCEUM_JWT_ISSUER,
    audience: all.LYCEUM_JWT_AUDIENCE,
    courseDefault: all.LYCEUM_COURSE_DEFAULT,
    submitGraceMillis: all.LYCEUM_SUBMIT_GRACE_MS,
    publicUrl:
      all.LYCEUM_PUBLIC_URL ??
      (all.LYCEUM_MODE === "development" && all.PORT !== 0
        ? `http://${all.LYCEUM_HOST}:${all.PORT}`
        : undefined),
    schoolName: all.LYCEUM_SCHOOL_NAME,
    certificateKey: redacted(all.LYCEUM_CERTIFICATE_KEY),
    metricsToken: redacted(all.LYCEUM_METRICS_TOKEN),
    hstsDays,
    trustedProxies: items(all.LYCEUM_TRUSTED_PROXIES),
    corsOrigins: items(all.LYCEUM_CORS_ORIGINS),
    limits: {
      perActor: all.LYCEUM_REQUESTS_PER_MINUTE,
      perAddress: all.LYCEUM_ANONYMOUS_REQUESTS_PER_MINUTE,
      writes: all.LYCEUM_WRITES_PER_MINUTE
    },
    databaseConnections: all.LYCEUM_DATABASE_CONNECTIONS,
    logLevel: all.LYCEUM_LOG_LEVEL,
    otlpEndpoint: all.OTEL_EXPORTER_OTLP_ENDPOINT,
    variables: Object.fromEntries(
      Object.keys(Variables.fields).map((name) => {
        const value = (all as Readonly<Record<string, string | number | undefined>>)[name]
        return [name, secretNames.has(name) && value !== undefined ? Redacted.make(String(value)) : value]
      })
    )
  }
}

const failure = (issues: ReadonlyArray<string>) =>
  new CliFailure({
    exitCode: 2,
    message: ["The configuration has mistakes:", ...issues.map((issue) => `  ${issue}`)].join("\n")
  })

/** The settings that an environment means; all mistakes at once, without the values of secrets. */
export const settingsFrom = Effect.fnUntraced(function* (variables: Readonly<Record<string, string>>) {
  const given = yield* Effect.mapError(decode(variables), (error) =>
    failure(
      Invalid.from(error).issues.map(({ message, path }) => {
        const name = String(path[0])
        return `${name}: ${name in Variables.fields ? message : "there is no such variable"}`
      })
    )
  )
  const issues = productionIssues(given)
  return issues.length === 0 ? inForce(given) : yield* failure(issues)
})
