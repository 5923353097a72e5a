import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { anyContent } from "../../../test/assessments/arbitraries.ts"
import { samples } from "../../../test/assessments/all.ts"
import type { QuestionContent } from "../model/index.ts"
import { aiken } from "./aiken.ts"
import { csv } from "./csv.ts"
import { gift } from "./gift.ts"
import { moodle } from "./moodle/index.ts"
import { qti21, qti30 } from "./qti/index.ts"
import { type Format, type Import, type Portable, renumbered } from "./portable.ts"

const formats: ReadonlyArray<readonly [string, Format]> = [
  ["CSV", csv],
  ["GIFT", gift],
  ["Aiken", aiken],
  ["Moodle XML", moodle],
  ["QTI 2.1", qti21],
  ["QTI 3.0", qti30]
]
const text = fc.string({
  unit: fc.constantFrom(
    "a",
    "é",
    " ",
    "|",
    "\\",
    '"',
    ",",
    "\n",
    "=",
    "~",
    "{",
    "}",
    "#",
    ":",
    "%",
    "*",
    "-",
    ">",
    "😀",
    "A. ",
    "//",
    "'"
  ),
  minLength: 1,
  maxLength: 12
})
const retexted = (content: QuestionContent, words: ReadonlyArray<string>): QuestionContent => {
  const [body = "?", explanation = "", ...rest] = words
  const change = <A extends { readonly text: string }>(things: ReadonlyArray<A>) =>
    things.map((thing, index) => ({ ...thing, text: `${rest[index % rest.length] ?? ""}${index}` }))
  const dressed = { ...content, body, ...(explanation !== "" && { explanation }) }
  if (dressed.type === "mcq" || dressed.type === "ordering")
    return { ...dressed, choices: change(dressed.choices) }
  return dressed.type === "matching"
    ? { ...dressed, stems: change(dressed.stems), targets: change(dressed.targets) }
    : dressed
}
const portable: fc.Arbitrary<Portable> = fc
  .record({
    content: anyContent,
    words: fc.array(text, { minLength: 3, maxLength: 5 }),
    odd: fc.boolean(),
    tags: fc.uniqueArray(fc.constantFrom("a", "b|c", "d\\"), { maxLength: 3 }),
    more: fc.record(
      { category: fc.constantFrom("Maths", "a, b"), difficulty: fc.integer({ min: 1, max: 5 }) },
      { requiredKeys: [] }
    )
  })
  .map(({ content, more, odd, tags, words }) => ({
    content: odd ? retexted(content, words) : content,
    tags,
    ...more
  }))

const contents = ({ questions }: Import) => questions.map(({ question }) => question.content)
const refusals = ({ refused }: Import) =>
  refused.map(
    ({ issues, line }) =>
      `${line}: ${issues.map(({ message, path }) => [...path, message].join(" ")).join("; ")}`
  )
const flat = ({ content, ...rest }: Portable): Readonly<Record<string, unknown>> => ({
  ...rest,
  ...renumbered(content)
})

describe.each(formats)("%s", (name, format) => {
  it("gives back what it can say and names all the rest (ASM-24)", () => {
    let [same, named, out] = [0, 0, 0]
    fc.assert(
      fc.property(fc.array(portable, { maxLength: 4 }), (questions) => {
        const { leftOut, text: file } = format.write(questions)
        const back = format.read(file)
        assert.deepStrictEqual(refusals(back), [])
        const lost = new Map(leftOut.map(({ place, what }) => [place, what]))
        const kept = questions.filter((_, place) => lost.get(place)?.[0] !== "question")
        assert.lengthOf(back.questions, kept.length)
        kept.forEach((question, index) => {
          const what = lost.get(questions.indexOf(question)) ?? []
          const [before, after] = [flat(question), flat(back.questions[index]!.question)]
          for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
            if (what.includes(field)) assert.notDeepEqual(after[field], before[field])
            else assert.deepStrictEqual(after[field], before[field], field)
          }
          if (what.length === 0) same += 1
          else named += 1
        })
        out += questions.length - kept.length
      }),
      { numRuns: 300 }
    )
    process.stdout.write(
      `${name}: ${same} came back as they were, ${named} with something named, ${out} left out whole\n`
    )
    assert.isAbove(name === "CSV" ? same : same + named, 10)
  })

  it("takes what it wrote of what it read: the second time nothing is left out (ASM-24)", () =>
    fc.assert(
      fc.property(fc.array(portable, { maxLength: 4 }), (questions) => {
        const once = format.read(format.write(questions).text).questions.map(({ question }) => question)
        assert.deepStrictEqual(format.write(once).leftOut, [])
      })
    ))

  it("reads any text without failing, and what it takes could be asked (ASM-24)", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(text).map((parts) => parts.join("\n"))
        ),
        (anything) => {
          const { questions, refused } = format.read(anything)
          for (const { line } of [...questions, ...refused]) assert.isAtLeast(line, 1)
        }
      ),
      { numRuns: 500 }
    ))
})

describe("CSV as a table", () => {
  it("says everything: only names of choices are new (ASM-24)", () =>
    fc.assert(
      fc.property(fc.array(portable, { maxLength: 4 }), (questions) =>
        assert.deepStrictEqual(csv.write(questions).leftOut, [])
      )
    ))

  it("takes a table by hand: columns in any order, some left out, any line ends (ASM-24)", () => {
    const file = `\ufeffcorrect,type,body,choices\n1|3,mcq,"Which, of ""these""?",two|three|four\r\ntrue,true_false,"Two\nlines",\n,open_text,Why?\n"-7,5",numeric,How cold?,`
    const back = csv.read(file)
    assert.deepStrictEqual(
      back.refused.map(({ line }) => line),
      [6]
    )
    assert.deepStrictEqual(
      back.questions.map(({ line, question }) => [line, question.content.type, question.content.body]),
      [
        [2, "mcq", 'Which, of "these"?'],
        [3, "true_false", "Two\nlines"],
        [5, "open_text", "Why?"]
      ]
    )
  })

  it("reports each row that is no question by its line, whole, and takes the others (ASM-24)", () => {
    const file =
      "type,body,choices,correct,points\nmcq,?,one|two,3,1\nessay,?,,,1\nmcq,?,one|two,1,many\nmcq,?,one|two,1,2\n,,,,\nmcq,?,one|two,1,2,3\n"
    const back = csv.read(file)
    assert.deepStrictEqual(
      back.questions.map(({ line }) => line),
      [5]
    )
    assert.deepStrictEqual(
      back.refused.map(({ line }) => line),
      [2, 3, 4, 7]
    )
    assert.strictEqual(refusals(back)[0], "2: correctAnswers choices 0 is not one of those there are")
  })

  it("is refused as a whole without its head, and from where quotes do not fit (ASM-24)", () => {
    assert.deepStrictEqual(refusals(csv.read("body,points\n?,1\n")), ["1: has no column type"])
    assert.deepStrictEqual(refusals(csv.read("type,colour\n")), [
      "1: has columns that are unknown or there twice: colour"
    ])
    assert.deepStrictEqual(refusals(csv.read('type,body\nopen_text,?\nopen_text,"?\n')), [
      "3: has quotes that do not fit"
    ])
  })

  it("no cell is a formula to a spreadsheet, and comes back without the apostrophe (ASM-24)", () => {
    const question: Portable = { content: { ...samples.openText, body: "=HYPERLINK(A1)" }, tags: [] }
    const { text: file } = csv.write([question])
    assert.include(file, "'=HYPERLINK(A1)")
    assert.strictEqual(contents(csv.read(file))[0]!.body, "=HYPERLINK(A1)")
  })
})

describe("GIFT as Moodle writes it", () => {
  const one = (file: string): QuestionContent => {
    const back = gift.read(file)
    assert.deepStrictEqual(refusals(back), [])
    return contents(back)[0]!
  }
  it("one of several, with comments, a title, feedback and an explanation (ASM-24)", () => {
    const back = gift.read(
      "// a comment\n::Q1:: [html]Who's buried in \\{Grant\\}'s tomb? {\n=Grant #right\n~no one\n~%50%Napoleon #half\n#### He \\= it.\n}"
    )
    assert.deepStrictEqual(back.refused, [])
    assert.deepStrictEqual(back.questions[0]!.leftOut, ["title", "feedback"])
    const expected: QuestionContent = {
      type: "mcq",
      points: 1,
      body: "Who's buried in {Grant}'s tomb?",
      explanation: "He = it.",
      multiple: false,
      choices: [
        { id: "c1", text: "Grant" },
        { id: "c2", text: "no one" },
        { id: "c3", text: "Napoleon" }
      ],
      scoring: "weighted",
      correctAnswers: {
        choices: ["c1"],
        weights: [
          { choice: "c1", weight: { numerator: 1, denominator: 1 } },
          { choice: "c3", weight: { numerator: 1, denominator: 2 } }
        ]
      }
    }
    assert.deepStrictEqual(back.questions[0]!.question.content, expected)
  })

  it("several of several: thirds are thirds (ASM-24)", () => {
    const content = one("Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert.isTrue(content.type === "mcq" && content.multiple && content.scoring === "weighted")
    if (content.type === "mcq")
      assert.deepStrictEqual(
        content.correctAnswers.weights?.map(({ weight }) => `${weight.numerator}/${weight.denominator}`),
        ["1/3", "1/3", "1/3", "-1/1"]
      )
  })

  it.each([
    ["Sun rises in the east. {T}", { type: "true_false", correctAnswers: { value: true } }],
    ["It does not. {FALSE#why}", { type: "true_false", correctAnswers: { value: false } }],
    ["Two plus {=two =2} equals four.", { type: "short_text", body: "Two plus _____ equals four." }],
    [
      "When? {#1822:5}",
      { type: "numeric", correctAnswers: { value: "1822", tolerance: { kind: "absolute", by: "5" } } }
    ],
    [
      "Pi? {#3.141..3.142}",
      { type: "numeric", correctAnswers: { value: "31415e-4", tolerance: { kind: "absolute", by: "5e-4" } } }
    ],
    ["Pi? {#=3.14}", { type: "numeric", correctAnswers: { value: "3.14" } }],
    ["Write. {}", { type: "open_text" }]
  ])("%s (ASM-24)", (file, expected) => {
    const content: Readonly<Record<string, unknown>> = one(file)
    for (const [field, value] of Object.entries(expected)) assert.deepStrictEqual(content[field], value)
  })

  it("matching, with a target for nobody (ASM-24)", () => {
    const content = one("Capitals? {=France -> Paris =Spain -> Madrid = -> Rome}")
    assert.isTrue(content.type === "matching" && content.stems.length === 2 && content.targets.length === 3)
  })

  it("HTML becomes Markdown, one text at a time; several numbers for one question are refused (ASM-24)", () => {
    const back = gift.read(
      `[html]<p>Which <b>city</b>? <img src\\="@@PLUGINFILE@@/a.png"></p> {=<p>Oslo</p> ~[plain]a<b}\n\nWhen? {#=1822:0 #yes =%50%1822:2}`
    )
    assert.deepStrictEqual(back.questions[0]!.leftOut, ["images"])
    const { body, ...rest } = contents(back)[0]!
    assert.strictEqual(body, "Which **city**?")
    assert.deepNestedInclude(rest, { "choices[0].text": "Oslo", "choices[1].text": "a<b" })
    assert.deepStrictEqual(refusals(back), ["3: has answers that cannot be read"])
  })

  it("a category holds for what follows, and each question is reported by its line (ASM-24)", () => {
    const back = gift.read(
      "$CATEGORY: Maths\n\nOne? {T}\n\n\nno braces\n\n$CATEGORY: Art\nTwo? {=a}\n\nThree? {~a ~b}"
    )
    assert.deepStrictEqual(
      back.questions.map(({ line, question }) => [line, question.category]),
      [
        [3, "Maths"],
        [8, "Art"]
      ]
    )
    assert.deepStrictEqual(
      back.refused.map(({ line }) => line),
      [6, 11]
    )
  })

  it("says a plain question wholly: nothing is lost but how points of several are counted (ASM-24)", () => {
    const counts = new Map<string, number>()
    fc.assert(
      fc.property(anyContent, (content) => {
        const what = gift.write([{ content: { ...content, points: 1 }, tags: [] }]).leftOut[0]?.what ?? []
        const counted = `${content.type}${content.type === "mcq" && content.multiple ? " several" : ""}`
        const key = `${counted}: ${what.join(", ") || "nothing"}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }),
      { numRuns: 2000 }
    )
    assert.deepStrictEqual([...counts.keys()].sort(), [
      "matching: correctAnswers, scoring, targets",
      "matching: correctAnswers, targets",
      "matching: nothing",
      "matching: scoring",
      "mcq several: correctAnswers, scoring",
      "mcq several: nothing",
      "mcq: correctAnswers, scoring",
      "mcq: nothing",
      "mcq: question",
      "numeric: correctAnswers",
      "numeric: nothing",
      "open_text: nothing",
      "ordering: question",
      "short_text: correctAnswers",
      "short_text: nothing",
      "true_false: nothing"
    ])
  })

  it("says its own signs, several lines and backslashes as well (ASM-24)", () => {
    const body = "a ~ b = {c} # d : e \\ \\n\nsecond line \\~"
    const question: Portable = { content: { ...samples.single, points: 1, body }, tags: [] }
    assert.deepStrictEqual(gift.write([question]).leftOut, [])
    assert.strictEqual(contents(gift.read(gift.write([question]).text))[0]!.body, body)
  })

  it("names what it cannot say: points, how points are counted, a whole ordering (ASM-24)", () => {
    const write = (content: QuestionContent) => gift.write([{ content, tags: [] }]).leftOut[0]?.what
    assert.deepStrictEqual(write(samples.ordering), ["question"])
    assert.deepStrictEqual(write(samples.mcq), ["correctAnswers", "points", "scoring"])
    assert.deepStrictEqual(write({ ...samples.numeric, points: 1 }), ["correctAnswers"])
    assert.isUndefined(write(samples.trueFalse))
    assert.isUndefined(write({ ...samples.single, points: 1 }))
  })
})

describe("Aiken", () => {
  it("is a question, its choices and the right one (ASM-24)", () => {
    const back = aiken.read(
      "What is it?\nA. One\nB) Two\nANSWER: B\n\nNo answer\nA. One\nB. Two\n\nGap?\nA. One\nC. Three\nANSWER: A\n\nNobody?\nA. x\nB. y\nANSWER: C\n"
    )
    assert.deepStrictEqual(contents(back), [
      {
        type: "mcq",
        points: 1,
        body: "What is it?",
        multiple: false,
        choices: [
          { id: "c1", text: "One" },
          { id: "c2", text: "Two" }
        ],
        correctAnswers: { choices: ["c2"] }
      }
    ])
    assert.deepStrictEqual(refusals(back), [
      "8: must end with ANSWER: and one letter",
      "12: must be the next choice: A, B, C in turn",
      "15: correctAnswers choices 0 is not one of those there are"
    ])
  })

  it("leaves out a question that would be read as two (ASM-24)", () => {
    const body = "Sly?\nA. x\nB. y\nANSWER: A\n\nReal?"
    const { leftOut, text: file } = aiken.write([
      { content: { ...samples.single, points: 1, body }, tags: [] }
    ])
    assert.deepStrictEqual([leftOut, contents(aiken.read(file))], [[{ place: 0, what: ["question"] }], []])
  })

  it("leaves out whatever is not one right choice of several (ASM-24)", () => {
    const all = [
      samples.mcq,
      samples.trueFalse,
      samples.openText,
      samples.numeric,
      { ...samples.single, points: 1 }
    ]
    assert.deepStrictEqual(
      aiken.write(all.map((content) => ({ content, tags: [] }))).leftOut.map(({ place }) => place),
      [0, 1, 2, 3]
    )
  })
})
