/** `lyceum serve`: the HTTP API with everything that goes on beside it, until it is told to stop. */
import { Background } from "@lyceum/core"
import { type CertificateOptions, type HttpOptions, lyceumApp, otlpLayer } from "@lyceum/adapters-http"
import { serve } from "@lyceum/adapters-http/node"
import { Console, Duration, Effect, Layer } from "effect"
import { Command, Flag } from "effect/cli"
import { SqlClient } from "effect/sql"
import { Config, type Settings } from "../config.ts"
import { databaseName } from "../database.ts"
import { importSchool, welcome } from "../demo/school.ts"
import { CliFailure } from "../failure.ts"
import { print } from "../output.ts"
import { certificateKey, tokenSecret } from "../secret.ts"
import { Json } from "../settings.ts"

/** How tokens are verified; in production the configuration has made sure that issuer and audience are there. Elsewhere what is set holds too. */
const tokensOf = Effect.fnUntraced(function* (
  settings: Settings
): Effect.fn.Return<
  Extract<HttpOptions["authentication"], { readonly tokens: unknown }>["tokens"],
  CliFailure,
  import("effect/crypto").SecureRandom.SecureRandom
> {
  const { audience, issuer, jwksUrl, mode } = settings
  const secret = jwksUrl === undefined ? yield* tokenSecret(settings) : undefined
  const keys =
    jwksUrl !== undefined ? { jwks: new URL(jwksUrl) } : secret !== undefined ? { secret } : undefined
  if (keys === undefined)
    return yield* new CliFailure({ exitCode: 2, message: "There is nothing to verify tokens with." })
  if (mode === "production" && issuer !== undefined && audience !== undefined)
    return { keys, issuer, audience }
  return {
    keys,
    development: true,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience })
  }
})

const certificatesOf = (settings: Settings): CertificateOptions => {
  const { publicUrl, schoolName: school } = settings
  const signingKey = certificateKey(settings)
  return {
    school,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(signingKey !== undefined && { signingKey })
  }
}

const optionsOf = Effect.fnUntraced(function* (settings: Settings) {
  const sql = yield* SqlClient.SqlClient
  const { hstsDays, metricsToken } = settings
  const { perActor, perAddress, writes } = settings.limits
  return {
    authentication: { tokens: yield* tokensOf(settings) },
    limits: { requestsPerMinute: perActor, anonymousRequestsPerMinute: perAddress, writesPerMinute: writes },
    trustedProxies: settings.trustedProxies,
    ...(settings.corsOrigins.length > 0 && { cors: { origins: settings.corsOrigins } }),
    ...(hstsDays > 0 && { strictTransportSecurity: Duration.days(hstsDays) }),
    ...(metricsToken !== undefined && { metricsToken }),
    certificates: certificatesOf(settings),
    ready: sql`select 1`,
    tracing: settings.otlpEndpoint !== undefined,
    accessLog: settings.mode === "production"
  } satisfies HttpOptions
})

export const serveCommand = Command.make(
  "serve",
  {
    demo: Flag.Boolean("demo").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Import the demo school first; twice is once")
    )
  },
  Effect.fnUntraced(function* ({ demo }) {
    const settings = yield* Config
    const serving = Effect.gen(function* () {
      if (demo) yield* importSchool
      const app = yield* lyceumApp(yield* optionsOf(settings))
      const background = yield* Background
      const { url } = yield* serve(app, { port: settings.port, hostname: settings.host }).pipe(
        Effect.mapError(({ message }) => new CliFailure({ exitCode: 1, message }))
      )
      yield* Effect.forkScoped(background.run)
      if (yield* Json) yield* print({ url, database: databaseName(settings) })
      else {
        yield* Console.log(`Lyceum answers at ${url} (${databaseName(settings)})`)
        if (demo) yield* welcome(settings, url)
      }
      return yield* Effect.never
    })
    const tracing =
      settings.otlpEndpoint === undefined ? Layer.empty : otlpLayer({ url: settings.otlpEndpoint })
    return yield* Effect.scoped(serving).pipe(Effect.provide(tracing))
  })
).pipe(
  Command.withDescription("Run the HTTP API, with events, jobs and schedules beside it"),
  Command.withExamples([
    { command: "PORT=8080 lyceum serve", description: "On another port" },
    { command: "lyceum serve --demo", description: "With the demo school, as npm start does" }
  ])
)
