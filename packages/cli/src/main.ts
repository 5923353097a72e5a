#!/usr/bin/env node
/** The `lyceum` command. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Runtime } from "effect"
import { lyceum, version } from "./index.ts"
import { runCommandLine } from "./run.ts"

/** What a shell calls the end by SIGTERM: 128 and the number of the signal. Ctrl-C is 130, as everywhere. */
const terminated = 143
let isTerminated = false
process.once("SIGTERM", () => {
  isTerminated = true
})

runCommandLine(lyceum, process.argv.slice(2), version).pipe(
  Effect.tap((code) =>
    Effect.sync(() => {
      process.exitCode = code
    })
  ),
  Effect.provide(NodeServices.layer),
  // Failures were told on stderr already; what is thrown here would land on stdout.
  (program) =>
    NodeRuntime.runMain(program, {
      disableErrorReporting: true,
      teardown: (exit, onExit) =>
        Runtime.defaultTeardown(exit, (code) => onExit(code === 130 && isTerminated ? terminated : code))
    })
)
