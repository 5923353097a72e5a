/** How the embedded server says that it cannot run. */
import { Effect, Schema } from "effect"

export class EmbeddedPostgresFailed extends Schema.TaggedError<EmbeddedPostgresFailed>()(
  "EmbeddedPostgresFailed",
  {
    /** What was being done, as in "creating the cluster". */
    step: Schema.String,
    detail: Schema.String
  }
) {
  static at(step: string, cause: unknown): EmbeddedPostgresFailed {
    return new EmbeddedPostgresFailed({
      step,
      detail: cause instanceof Error ? cause.message : String(cause)
    })
  }

  override get message(): string {
    return `Embedded PostgreSQL, ${this.step}: ${this.detail}`
  }
}

export const attempt = <A>(step: string, run: () => A): Effect.Effect<A, EmbeddedPostgresFailed> =>
  Effect.try({ try: run, catch: (cause) => EmbeddedPostgresFailed.at(step, cause) })
