import { Effect, Redacted } from "effect"
import { Command } from "effect/cli"
import { Config } from "../config.ts"
import { print } from "../output.ts"
import { Json } from "../settings.ts"

export const configCommand = Command.make(
  "config",
  {},
  Effect.fnUntraced(function* () {
    const { variables } = yield* Config
    const json = yield* Json
    yield* print(
      Object.fromEntries(
        Object.entries(variables).flatMap(([name, value]) => {
          // Secrets are shown as set or not set, never as what they are. Source: CLI-3.
          if (Redacted.isRedacted(value)) return [[name, "(set, not shown)"]]
          if (value === undefined) return json ? [] : [[name, "(not set)"]]
          return [[name, value]]
        })
      )
    )
  })
).pipe(
  Command.withDescription("The configuration in force, by the names of its variables; secrets are hidden"),
  Command.withExamples([
    { command: "PORT=8080 lyceum config", description: "From the environment" },
    { command: "lyceum config --json", description: "For programs: what is not set is left out" }
  ])
)
