#!/usr/bin/env node
/** The `lyceum` command. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import { lyceum, version } from "./index.ts"
import { runCommandLine } from "./run.ts"

runCommandLine(lyceum, process.argv.slice(2), version).pipe(
  Effect.tap((code) =>
    Effect.sync(() => {
      process.exitCode = code
    })
  ),
  Effect.provide(NodeServices.layer),
  // Failures were told on stderr already; what is thrown here would land on stdout.
  (program) => NodeRuntime.runMain(program, { disableErrorReporting: true })
)
