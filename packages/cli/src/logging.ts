/** Logs go to stderr, as far as the configuration wants them: stdout is for answers. Source: CLI-1. */
import { Effect, Layer, Logger, References } from "effect"
import { Config } from "./config.ts"

export const loggingLayer = Layer.unwrap(
  Effect.map(Config, ({ logLevel, mode }) =>
    Layer.mergeAll(
      Logger.layer([
        Logger.withConsoleError(mode === "production" ? Logger.formatJson : Logger.formatLogFmt)
      ]),
      Layer.succeed(References.MinimumLogLevel, logLevel)
    )
  )
)
