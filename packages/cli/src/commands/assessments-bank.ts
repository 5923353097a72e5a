import { assessmentOperations, Assessments, questionOperations, Questions } from "@lyceum/core/assessments"
import { Console, Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { readFile, writeFile } from "node:fs/promises"
import { CliFailure } from "../failure.ts"
import { harmless, print } from "../output.ts"
import { Json } from "../settings.ts"
import { asActor, asAsked, decodeInput, noun, verb } from "../verb.ts"
import { assessmentFigureVerbs, questionFigureVerbs } from "./reviews.ts"

const formats = questionOperations.import.input.fields.format.literals
const encodeReport = Schema.encodeSync(Schema.toCodecJson(questionOperations.import.output))

type Report = (typeof questionOperations.import)["output"]["Type"]

const tell = Effect.fnUntraced(function* (file: string, { dryRun, imported, refused }: Report) {
  for (const { leftOut, line } of imported) {
    if (leftOut.length > 0) yield* Console.error(harmless(`${file}:${line}: left out: ${leftOut.join(", ")}`))
  }
  for (const { issues, line } of refused) {
    for (const { message, path } of issues)
      yield* Console.error(
        harmless(`${file}:${line}: ${[path.join("."), message].filter(Boolean).join(" ")}`)
      )
  }
  yield* Console.log(
    `${file}: ${imported.length} ${dryRun ? "understood" : "imported"}, ${refused.length} refused${dryRun ? " (dry run: nothing was stored)" : ""}`
  )
})

const questionsImport = Command.make(
  "import",
  {
    file: Argument.String("file").pipe(Argument.withDescription("A file of questions")),
    format: Flag.Literals("format", formats).pipe(Flag.withDescription("How the file is written")),
    allOrNothing: Flag.Boolean("all-or-nothing").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Take none when one is refused")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDefault(false),
      Flag.withDescription("Only tell what would be taken")
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
  Effect.fnUntraced(function* ({ category, file, tags, ...options }) {
    const text = yield* Effect.tryPromise({
      try: () => readFile(file, "utf8"),
      catch: () => new CliFailure({ message: `${file} cannot be read`, exitCode: 1 })
    })
    const input = yield* decodeInput(questionOperations.import, {
      ...options,
      text,
      ...(Option.isSome(category) && { category: category.value }),
      ...(tags.length > 0 && { tags })
    })
    const report = yield* asAsked((yield* Questions).import(input))
    if (yield* Json) yield* print(encodeReport(report))
    else yield* tell(file, report)
    if (report.refused.length === 0) return
    return yield* new CliFailure({
      exitCode: report.imported.length > 0 ? 3 : 2,
      message: `${report.refused.length} questions were refused.`
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
      command: "lyceum questions import algebra.csv --format csv --all-or-nothing --tag algebra",
      description: "All of them or none"
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
