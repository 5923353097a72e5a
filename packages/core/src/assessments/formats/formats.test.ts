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

describe("Aiken", () => {
  it("Aiken: what follows choice Z is no choice, and refused with its line (ASM-24)", () => {
    const lines = Array.from({ length: 26 }, (_, index) => `${String.fromCharCode(65 + index)}. c${index}`)
    const { questions, refused } = aiken.read(["Q", ...lines, "[. one more", "ANSWER: A"].join("\n"))
    assert.deepStrictEqual([questions.length, refused.map(({ line }) => line)], [0, [28]])
  })

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
