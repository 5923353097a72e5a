import { assessmentOperations, Assessments, questionOperations, Questions } from "@lyceum/core/assessments"
import { IdempotencyKey } from "@lyceum/core/shared"
import { Console, Effect, FileSystem, Option, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { writeFile } from "node:fs/promises"
import { quoted } from "../batch.ts"
import { CliFailure } from "../failure.ts"
import { harmless, print } from "../output.ts"
import { piecesOf } from "../pieces.ts"
import { IdempotencyKeySetting, Json } from "../settings.ts"
import { asActor, decodeInput, noun, verb } from "../verb.ts"
import { assessmentFigureVerbs, questionFigureVerbs } from "./reviews.ts"

const formats = questionOperations.import.input.fields.format.literals

type Input = (typeof questionOperations.import)["input"]["Type"]
type Told = Pick<(typeof questionOperations.import)["output"]["Type"], "imported" | "refused">

/** Where refused questions are told: in a file, as CSV, or on stderr. */
const rejections = Effect.fnUntraced(function* (file: string, rejected: Option.Option<string>) {
  const files = yield* FileSystem.FileSystem
  const write = (path: string, text: string, flag: "w" | "a") =>
    Effect.mapError(
      files.writeFileString(path, text, { flag }),
      () => new CliFailure({ exitCode: 1, message: `${path} cannot be written` })
    )
  if (Option.isSome(rejected)) yield* write(rejected.value, "line,reason\r\n", "w")
  return Effect.fnUntraced(function* ({ refused }: Told, offset: number) {
    for (const { issues, line } of refused) {
      const reasons = issues.map(({ message, path }) => [path.join("."), message].filter(Boolean).join(" "))
      yield* Option.match(rejected, {
        onNone: () => Console.error(harmless(`${file}:${line + offset}: ${reasons.join("; ")}`)),
        onSome: (path) => write(path, `${line + offset},${quoted(reasons.join("; "))}\r\n`, "a")
      })
    }
  })
})

/** Takes a file piece by piece, each piece in a transaction of its own and, if there is a key, under one of its own. */
const importFile = Effect.fnUntraced(function* (
  file: string,
  options: Omit<Input, "text">,
  refuse: (told: Told, offset: number) => Effect.Effect<void, CliFailure>
) {
  const questions = yield* Questions
  // What is tried only is another command than what is done.
  const key = options.dryRun === true ? Option.none<string>() : yield* IdempotencyKeySetting
  const counts = { imported: 0, refused: 0 }
  let [pieces, line] = [0, 0]
  yield* piecesOf(file, options.format).pipe(
    Stream.runForEach(
      Effect.fnUntraced(function* ({ offset, text }) {
        pieces += 1
        line = offset
        const input: Input = yield* decodeInput(questionOperations.import, { ...options, text })
        const itsKey = Option.map(key, (one) => (pieces === 1 ? one : `${one}.${pieces}`))
        const told = yield* asActor(questions.import(input)).pipe(
          Effect.provideService(IdempotencyKey, itsKey)
        )
        counts.imported += told.imported.length
        counts.refused += told.refused.length
        for (const { leftOut, line: at } of told.imported)
          if (leftOut.length > 0)
            yield* Console.error(harmless(`${file}:${at + offset}: left out: ${leftOut.join(", ")}`))
        yield* refuse(told, offset)
      })
    ),
    Effect.onError(() =>
      pieces < 2
        ? Effect.void
        : Console.error(
            Option.isSome(key)
              ? `Stopped after line ${line}. Under the same --idempotency-key it goes on there.`
              : `Stopped after line ${line}: what stands before it was imported, and would be once more.`
          )
    )
  )
  return counts
})

const questionsImport = Command.make(
  "import",
  {
    file: Argument.String("file").pipe(Argument.withDescription("A file of questions")),
    format: Flag.Literals("format", formats).pipe(Flag.withDescription("How the file is written")),
    allOrNothing: Flag.Boolean("all-or-nothing").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Read it to its end first, and take none when one is refused")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only tell what would be taken")
    ),
    rejected: Flag.String("rejected").pipe(
      Flag.withMetavar("file"),
      Flag.optional,
      Flag.withDescription("Write refused questions with their reasons here, as CSV")
    ),
    category: Flag.String("category").pipe(
      Flag.optional,
      Flag.withDescription("For questions whose file names none")
    ),
    tags: Flag.String("tag").pipe(
      Flag.between(0, 20),
      Flag.withDescription("A tag beside those of the file; may be repeated")
    )
  },
  Effect.fnUntraced(function* ({ allOrNothing, category, dryRun, file, format, rejected, tags }) {
    const refuse = yield* rejections(file, rejected)
    const options = {
      format,
      ...(Option.isSome(category) && { category: category.value }),
      ...(tags.length > 0 && { tags })
    }
    const tried =
      dryRun || allOrNothing ? yield* importFile(file, { ...options, dryRun: true }, refuse) : undefined
    const stops = tried !== undefined && (dryRun || tried.refused > 0)
    const taken = stops ? undefined : yield* importFile(file, { ...options, allOrNothing }, refuse)
    const counts = taken ?? { imported: dryRun ? (tried?.imported ?? 0) : 0, refused: tried?.refused ?? 0 }
    yield* print(dryRun ? { understood: counts.imported, refused: counts.refused } : counts)
    if (counts.refused === 0) return
    return yield* new CliFailure({
      exitCode: counts.imported > 0 ? 3 : 2,
      message: `${counts.refused} questions were refused.`
    })
  })
).pipe(
  Command.withDescription("Take a file of questions into the bank, each whole or not at all"),
  Command.withExamples([
    {
      command: "lyceum questions import algebra.gift --format gift --dry-run",
      description: "What would be taken"
    },
    {
      command:
        "lyceum questions import algebra.csv --format csv --rejected refused.csv --idempotency-key algebra-1",
      description: "Safe to repeat, also when it was interrupted"
    }
  ])
)

const optional = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.optional, Flag.withDescription(description))

const questionsExport = Command.make(
  "export",
  {
    format: Flag.Literals("format", formats).pipe(Flag.withDescription("How the file is written")),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("file"),
      Flag.optional,
      Flag.withDescription("A file; stdout without it")
    ),
    assessmentId: optional("assessment-id", "Only what this assessment asks"),
    category: optional("category", "Only what is of this category"),
    tag: optional("tag", "Only what carries this tag"),
    type: optional("type", "Only what is of this type"),
    difficulty: Flag.Int("difficulty").pipe(
      Flag.optional,
      Flag.withDescription("Only what is that hard, from 1 to 5")
    ),
    createdBy: optional("created-by", "Only what this user made")
  },
  Effect.fnUntraced(function* ({ format, output, ...filter }) {
    const named = Object.entries<Option.Option<string | number>>(filter).flatMap(([name, value]) =>
      Option.isSome(value) ? [[name, value.value]] : []
    )
    const input = yield* decodeInput(questionOperations.export, { format, ...Object.fromEntries(named) })
    const answer = yield* asActor((yield* Questions).export(input))
    for (const { questionId, what } of answer.leftOut)
      yield* Console.error(`${questionId}: ${format} cannot say its ${what.join(", ")}`)
    if (Option.isNone(output))
      return yield* (yield* Json) ? print(answer) : Console.log(answer.text.trimEnd())
    return yield* Effect.tryPromise({
      try: () => writeFile(output.value, answer.text),
      catch: (error) =>
        new CliFailure({ exitCode: 1, message: `${output.value} cannot be written: ${String(error)}` })
    })
  })
).pipe(
  Command.withDescription("Questions as a file; what the format cannot say is told"),
  Command.withExamples([
    {
      command: "lyceum questions export --format gift --tag algebra -o algebra.gift",
      description: "Into a file"
    }
  ])
)

const ofQuestion = {
  category: "Category of the question, one line",
  content: `What it asks: {"type":"true_false","body":"…","points":1,"correctAnswers":{"value":true}}`,
  difficulty: "From 1, easy, to 5, hard",
  tag: "One of its tags",
  tags: "Words to find it by"
}

export const questionsCommand = noun("questions", "The question bank", [
  verb(Questions, questionOperations, "list", {
    about: "Questions of the bank, oldest first",
    columns: ["id", "content.type", "content.body", "usageCount"],
    fields: ofQuestion
  }),
  verb(Questions, questionOperations, "get", { about: "One question, with its key", args: ["questionId"] }),
  verb(Questions, questionOperations, "version", {
    about: "What a version of a question said",
    args: ["questionId", "questionVersion"]
  }),
  verb(Questions, questionOperations, "create", { about: "Add a question", fields: ofQuestion }),
  verb(Questions, questionOperations, "update", {
    about: "Change a question; a used one gets a new version",
    args: ["questionId"],
    fields: ofQuestion
  }),
  verb(Questions, questionOperations, "delete", {
    about: "Delete a question that nothing uses",
    args: ["questionId"]
  }),
  verb(Questions, questionOperations, "recalculateUsage", {
    about: "Count anew how often each question is used"
  }),
  questionsImport as never,
  questionsExport as never,
  ...questionFigureVerbs
])

export const assessmentsCommand = noun("assessments", "Quizzes, exams and certifications", [
  verb(Assessments, assessmentOperations, "list", {
    about: "Those of a lesson or a course",
    columns: ["id", "title", "type", "isPublished", "questionCount", "maxPoints", "version"]
  }),
  verb(Assessments, assessmentOperations, "get", {
    about: "What there is to know before one takes it",
    args: ["assessmentId"]
  }),
  verb(Assessments, assessmentOperations, "paper", {
    about: "With its questions and keys",
    args: ["assessmentId"]
  }),
  verb(Assessments, assessmentOperations, "create", {
    about: "Begin an assessment",
    examples: [
      {
        command: `lyceum assessments create --scope '{"scope":"lesson","lessonId":"019a…"}' --title "Week 1" --type quiz --passing-score 60`,
        description: "A quiz of a lesson"
      }
    ]
  }),
  verb(Assessments, assessmentOperations, "update", { about: "Change its terms", args: ["assessmentId"] }),
  verb(Assessments, assessmentOperations, "setItems", {
    about: "Say which questions it asks, in which order",
    args: ["assessmentId"]
  }),
  verb(Assessments, assessmentOperations, "publish", {
    about: "Show it to learners",
    args: ["assessmentId"]
  }),
  verb(Assessments, assessmentOperations, "unpublish", {
    about: "Hide it from learners; who has begun goes on",
    args: ["assessmentId"]
  }),
  verb(Assessments, assessmentOperations, "delete", {
    about: "Delete one that nobody took",
    args: ["assessmentId"]
  }),
  ...assessmentFigureVerbs
])
