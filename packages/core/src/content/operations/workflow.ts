/** What may be done to a course and to a lesson alike: steps of the workflow, history, revisions. */
import { Schema } from "effect"
import { command, Done, query, type RefusalClass } from "../../shared/operation.ts"
import { page } from "../../shared/page.ts"
import { Reason } from "../../shared/text.ts"
import { RevisionNotFound, TransitionNotAllowed } from "../errors.ts"
import { HistoryEntry } from "../model/history.ts"
import { Version } from "../model/workflow.ts"

type AnyCodec = Schema.Codec<any, any>

/** The version that the actor saw; what changed meanwhile is not changed (KER-23). */
export const ifVersion = { version: Schema.optionalKey(Version) }
/** For steps that may be explained. */
export const said = { ...ifVersion, comment: Schema.optionalKey(Reason) }
/** For steps that must be. */
export const explained = { ...ifVersion, comment: Reason }

/**
 * The steps of CON-1 for one noun. Of what is published, `submitForReview`, `approve`, `reject` and `withdraw` mean its
 * open revision (CON-9).
 */
export const stepsOf = <
  S extends AnyCodec,
  X extends AnyCodec,
  O extends AnyCodec,
  M extends RefusalClass,
  A extends RefusalClass
>(
  noun: string,
  of: {
    readonly said: S
    readonly explained: X
    readonly output: O
    readonly missing: M
    /** What an approval may be refused with besides. */
    readonly unfit: ReadonlyArray<A>
  }
) => {
  const { missing, output } = of
  const refusals = [missing, TransitionNotAllowed] as const
  return {
    submitForReview: command(`${noun}.submit_for_review`, { input: of.said, output, refusals }),
    /** Takes `content.publish`, and other eyes than those that made it. A revision is swapped in at once and whole. */
    approve: command(`${noun}.approve`, {
      input: of.said,
      output,
      refusals: [...refusals, ...of.unfit]
    }),
    reject: command(`${noun}.reject`, { input: of.explained, output, refusals }),
    withdraw: command(`${noun}.withdraw`, { input: of.said, output, refusals }),
    archive: command(`${noun}.archive`, { input: of.said, output, refusals }),
    unpublish: command(`${noun}.unpublish`, { input: of.explained, output, refusals }),
    restore: command(`${noun}.restore`, { input: of.said, output, refusals })
  }
}

/** The ways to look at what an item went through. */
export const recordsOf = <P extends AnyCodec, V extends AnyCodec, R extends AnyCodec, M extends RefusalClass>(
  noun: string,
  of: { readonly paged: P; readonly versioned: V; readonly revision: R; readonly missing: M }
) => ({
  /** Its transitions, in order. */
  history: query(`${noun}.history`, { input: of.paged, output: page(HistoryEntry), refusals: [of.missing] }),
  /** The open revision and those that were swapped in, newest first. */
  revisions: query(`${noun}.revisions`, {
    input: of.paged,
    output: page(of.revision),
    refusals: [of.missing]
  }),
  /** Drops the open revision; the published one stays as it is. */
  discardRevision: command(`${noun}.discard_revision`, {
    input: of.versioned,
    output: Done,
    refusals: [of.missing, RevisionNotFound]
  })
})
