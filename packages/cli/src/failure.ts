/** What ends a command early, with the exit code it ends with. Source: CLI-1. */
import { Runtime, Schema } from "effect"

/** 1: failed, 2: wrong usage, 3: partly done. */
export class CliFailure extends Schema.TaggedError<CliFailure>()("CliFailure", {
  message: Schema.String,
  exitCode: Schema.Literals([1, 2, 3])
}) {
  override readonly [Runtime.errorExitCode] = this.exitCode
}
