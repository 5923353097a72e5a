import { Effect, Redacted } from "effect"
import { Command } from "effect/cli"
import { Config } from "../config.ts"
import { print } from "../output.ts"

/** Secrets are shown as set or not set, never as what they are. Source: CLI-3. */
const shown = (value: unknown): unknown => (Redacted.isRedacted(value) ? "(set, not shown)" : value)

export const configCommand = Command.make(
  "config",
  {},
  Effect.fnUntraced(function* () {
    const settings = yield* Config
    yield* print(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, shown(value) ?? "(not set)"]))
    )
  })
).pipe(Command.withDescription("The configuration in force; secrets are hidden"))
