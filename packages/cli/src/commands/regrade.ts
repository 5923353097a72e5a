/** `lyceum attempts regrade`: part after part to the end, old beside new. Source: ASM-18, CLI-1. */
import { Grading, gradingOperations } from "@lyceum/core/assessments"
import { Console, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { humanText, print } from "../output.ts"
import { Json } from "../settings.ts"
import { asActor, decodeInput } from "../verb.ts"

const operation = gradingOperations.regrade
const encode = Schema.encodeSync(Schema.toCodecJson(operation.output))
type Outcome = (typeof operation)["output"]["Type"]["items"][number]

const points = ({ denominator, numerator }: { readonly denominator: bigint; readonly numerator: bigint }) =>
  denominator === 1n ? String(numerator) : `${numerator}/${denominator}`
const told = (result: Outcome["before"]): string =>
  result === undefined
    ? ""
    : `${points(result.score)} of ${points(result.maxScore)}, ${result.passed ? "passed" : "not passed"}`

const row = ({ after, attemptId, attemptNo, before, outcome, userId }: Outcome) => ({
  attemptId,
  userId,
  attemptNo,
  outcome,
  before: told(before),
  after: told(after)
})

const optional = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.optional, Flag.withDescription(description))

/** Each part is a transaction of its own: what was graded again stays so when a later one fails, and again is no harm. */
export const regradeCommand = Command.make(
  "regrade",
  {
    assessmentId: Argument.String("assessment-id").pipe(Argument.withDescription("Id of the assessment")),
    attemptIds: Flag.String("attempt-ids").pipe(
      Flag.between(0, 100),
      Flag.withMetavar("uuid"),
      Flag.withDescription("Only this one; may be given several times. All graded ones without it")
    ),
    policy: Flag.Literals("policy", ["never_lower", "exact"]).pipe(
      Flag.withDescription("Whether a grade that would be lower is kept")
    ),
    reason: Flag.String("reason").pipe(Flag.withDescription("Why; kept in the trail of grading")),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only tell what would change, old beside new")
    ),
    cursor: optional("cursor", "Where to go on: the place that a run before this one named last"),
    limit: Flag.Int("limit").pipe(Flag.optional, Flag.withDescription("How many at once"))
  },
  Effect.fnUntraced(function* ({ attemptIds, cursor, limit, ...given }) {
    const json = yield* Json
    const grading = yield* Grading
    const counts = new Map<Outcome["outcome"], number>()
    let from = Option.getOrUndefined(cursor)
    do {
      const input = yield* decodeInput(operation, {
        ...given,
        ...(attemptIds.length > 0 && { attemptIds }),
        ...(from !== undefined && { cursor: from }),
        ...(Option.isSome(limit) && { limit: limit.value })
      })
      const part: (typeof operation)["output"]["Type"] = yield* asActor(grading.regrade(input))
      for (const { outcome } of part.items) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
      from = part.next
      if (json) yield* print(encode(part))
      else {
        if (part.items.length > 0) yield* Console.log(humanText({ items: part.items.map(row) }))
        if (from !== undefined) yield* Console.error(`Goes on at --cursor ${from}`)
      }
    } while (from !== undefined)
    if (json) return
    const sums = Array.from(counts, ([outcome, count]) => `${count} ${outcome.replace("_", " ")}`).join(", ")
    const dry = given.dryRun ? " (dry run: nothing was stored)" : ""
    yield* Console.error(`${sums === "" ? "Nothing to grade again" : sums}${dry}.`)
  })
).pipe(
  Command.withDescription("Grade graded attempts again by the corrections, part after part"),
  Command.withExamples([
    {
      command: `lyceum attempts regrade 019a… --policy never_lower --reason "question 3 was ambiguous" --dry-run`,
      description: "Old beside new; without --dry-run it is done"
    }
  ])
)
