// Written by hand in the dialect that Moodle 1.9 to 4.5 export: files of Moodle itself are under another licence.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { anyContent } from "../../../../test/assessments/arbitraries.ts"
import { samples } from "../../../../test/assessments/all.ts"
import type { QuestionContent } from "../../model/index.ts"
import { moodle } from "./index.ts"

const text = (body: string) => `<text><![CDATA[${body}]]></text>`
const question = (type: string, inside: string, body = "<p>Which?</p>") =>
  `<question type="${type}">\n<name><text>Q</text></name>\n<questiontext format="html">\n${text(body)}\n</questiontext>\n<generalfeedback format="html"><text></text></generalfeedback>\n<defaultgrade>1.0000000</defaultgrade>\n<penalty>0.3333333</penalty>\n<hidden>0</hidden>\n<idnumber></idnumber>\n${inside}\n</question>`
const quiz = (...questions: ReadonlyArray<string>) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${questions.join("\n")}\n</quiz>\n`
const answer = (fraction: string, body: string, more = "") =>
  `<answer fraction="${fraction}" format="html">\n${text(body)}\n<feedback format="html"><text></text></feedback>${more}</answer>`

const one = (file: string) => {
  const { questions, refused } = moodle.read(file)
  assert.deepStrictEqual(refused, [])
  return questions[0]!
}
const refusals = (file: string) =>
  moodle
    .read(file)
    .refused.map(({ issues, line }) => `${line}: ${issues.map(({ message }) => message).join("; ")}`)

describe("Moodle XML as Moodle writes it", () => {
  it("several of several, with HTML, a category, tags, feedback and a hint (ASM-24)", () => {
    const file = quiz(
      `<!-- question: 0 -->\n<question type="category">\n<category><text>$course$/top/Geography/Europe</text></category>\n<info format="html"><text></text></info>\n</question>`,
      `<!-- question: 7 -->\n${question(
        "multichoice",
        `<single>false</single><shuffleanswers>true</shuffleanswers>\n<correctfeedback format="html">${text("Yes!")}</correctfeedback>\n${answer("33.33333", "<p>Oslo&nbsp;</p>")}\n${answer("33.33333", "Rome")}\n${answer("33.33333", "a &lt; b")}\n${answer("-100", "Rio")}\n<hint format="html">${text("North")}</hint>\n<tags><tag><text>maps</text></tag><tag><text>maps</text></tag></tags>`,
        '<p dir="ltr">Which are <strong>capitals</strong>?<br></p><img src="@@PLUGINFILE@@/map.png" alt="A map">'
      )}`
    )
    const { leftOut, line, question: taken } = one(file)
    assert.strictEqual(line, 9)
    assert.deepStrictEqual(leftOut, ["feedback", "hints", "images", "title"])
    assert.deepStrictEqual([taken.category, taken.tags], ["Geography/Europe", ["maps"]])
    const third = { numerator: 1, denominator: 3 }
    assert.deepStrictEqual(taken.content, {
      type: "mcq",
      points: 1,
      body: "Which are **capitals**?\n\nA map",
      multiple: true,
      choices: ["Oslo", "Rome", "a < b", "Rio"].map((shown, index) => ({ id: `c${index + 1}`, text: shown })),
      scoring: "weighted",
      correctAnswers: {
        choices: ["c1", "c2", "c3"],
        weights: [
          ...["c1", "c2", "c3"].map((choice) => ({ choice, weight: third })),
          { choice: "c4", weight: { numerator: -1, denominator: 1 } }
        ]
      }
    })
  })

  it.each<readonly [string, string, Readonly<Record<string, unknown>>, ReadonlyArray<string>]>([
    [
      "truefalse",
      `${answer("0", "true")}${answer("100", "false")}`,
      { type: "true_false", correctAnswers: { value: false } },
      []
    ],
    [
      "shortanswer",
      `<usecase>1</usecase>${answer("100", "Par*s")}${answer("50", "Pari")}`,
      {
        type: "short_text",
        correctAnswers: {
          answers: [
            { text: "Par*s", fraction: { numerator: 1, denominator: 1 } },
            { text: "Pari", fraction: { numerator: 1, denominator: 2 } }
          ],
          matchCase: true
        }
      },
      []
    ],
    [
      "numerical",
      `${answer("100", "3,14", "<tolerance>0.01</tolerance>")}${answer("0", "*")}<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>`,
      { type: "numeric", correctAnswers: { value: "3.14", tolerance: { kind: "absolute", by: "0.01" } } },
      ["answers worth nothing", "units"]
    ],
    [
      "essay",
      `<graderinfo format="html">${text("Look for x")}</graderinfo>`,
      { type: "open_text" },
      ["notes for graders"]
    ],
    [
      "matching",
      [
        ["<p>cat</p>", "mammal"],
        ["trout", "fish"],
        ["dog", "mammal"],
        ["", "bird"]
      ]
        .map(
          ([stem, target]) =>
            `<subquestion format="html">${text(stem!)}<answer><text>${target}</text></answer></subquestion>`
        )
        .join("\n"),
      {
        type: "matching",
        stems: [
          { id: "s1", text: "cat" },
          { id: "s2", text: "trout" },
          { id: "s3", text: "dog" }
        ],
        targets: [
          { id: "t1", text: "mammal" },
          { id: "t2", text: "fish" },
          { id: "t3", text: "bird" }
        ]
      },
      []
    ],
    [
      "ordering",
      `<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>${answer("1.0000000", "a")}${answer("2.0000000", "b")}`,
      { type: "ordering", scoring: "adjacent", correctAnswers: { order: ["c1", "c2"] } },
      []
    ]
  ])("%s (ASM-24)", (type, inside, expected, leftOut) => {
    const taken = one(quiz(question(type, inside)))
    const content: Readonly<Record<string, unknown>> = taken.question.content
    for (const [field, value] of Object.entries(expected)) assert.deepStrictEqual(content[field], value)
    assert.deepStrictEqual(taken.leftOut, [...leftOut, "title"].sort())
  })

  it("texts of other formats are told by their signs; points that are no whole number are named (ASM-24)", () => {
    const essay = (questiontext: string, grade: string) =>
      quiz(
        `<question type="essay"><name><text>2 &lt; 3</text></name>${questiontext}<defaultgrade>${grade}</defaultgrade></question>`
      )
    const plain = one(essay("<questiontext><text>2 &lt; 3</text></questiontext>", "2.0000000"))
    assert.deepStrictEqual(
      [plain.question.content.body, plain.question.content.points, plain.leftOut],
      ["2 < 3", 2, []]
    )
    const auto = one(
      essay(
        '<questiontext format="moodle_auto_format"><text>a\nb &lt;b&gt;c&lt;/b&gt;</text></questiontext>',
        "0.5"
      )
    )
    assert.deepStrictEqual(
      [auto.question.content.body, auto.question.content.points, auto.leftOut],
      ["a  \nb **c**", 1, ["points", "title"]]
    )
    const own = one(essay('<questiontext format="markdown"><text>*x* &lt;y&gt;</text></questiontext>', "1"))
    assert.strictEqual(own.question.content.body, "*x* <y>")
  })

  it("of a category with a long path the last parts are kept, and a tag that is too long refuses its question (ASM-24)", () => {
    const category = (path: string) =>
      `<question type="category"><category><text>${path}</text></category></question>`
    const long = `$course$/top/Default for ${"x".repeat(80)}/Unit 1/Part 2`
    const back = moodle.read(
      quiz(
        category(long),
        question("essay", ""),
        category("$course$/top"),
        question("essay", `<tags><tag><text>${"t".repeat(51)}</text></tag></tags>`),
        question("essay", "")
      )
    )
    assert.deepStrictEqual(
      back.questions.map(({ leftOut, question: { category: kept } }) => [kept, leftOut]),
      [
        ["Unit 1/Part 2", ["category", "title"]],
        [undefined, ["title"]]
      ]
    )
    assert.deepStrictEqual(
      back.refused.map(({ issues }) => issues.map(({ path }) => path)),
      [[["tags", 0]]]
    )
  })

  it("each question that cannot be taken is named by its line, the others are taken (ASM-24)", () => {
    const file = quiz(
      question("description", ""),
      question("numerical", `${answer("100", "1")}${answer("50", "2")}`),
      question("truefalse", `${answer("50", "true")}${answer("50", "false")}`),
      question("multichoice", `${answer("100", "same")}${answer("0", "same")}`),
      question("essay", "")
    )
    assert.lengthOf(moodle.read(file).questions, 1)
    assert.deepStrictEqual(refusals(file), [
      "3: is of a type that is not taken: description",
      "15: must have one number that is worth all, and none that is worth a part",
      "31: must have either true or false worth all",
      "47: is there twice"
    ])
  })

  it("takes what was whole before a file breaks off, and says where it does (ASM-24)", () => {
    const file = `<quiz>\n${question("essay", "")}\n<question type="essay">\n<name>`
    assert.lengthOf(moodle.read(file).questions, 1)
    assert.match(refusals(file)[0]!, /^15: is not XML as it should be/u)
    assert.deepStrictEqual(refusals("<mquiz/>"), ["1: is not a quiz of Moodle but: mquiz"])
  })

  it("says every type, and names what it cannot: how points are counted, relative tolerances (ASM-24)", () => {
    const lost = (content: QuestionContent) =>
      moodle.write([{ content, tags: ["a"], category: "b" }]).leftOut[0]?.what
    assert.isUndefined(lost(samples.trueFalse))
    assert.isUndefined(lost(samples.single))
    assert.isUndefined(lost(samples.openText))
    assert.deepStrictEqual(lost(samples.mcq), ["correctAnswers", "scoring"])
    assert.deepStrictEqual(moodle.write([{ content: samples.openText, tags: [], difficulty: 3 }]).leftOut, [
      { place: 0, what: ["difficulty"] }
    ])
  })

  it("says a plain question wholly but for what is listed (ASM-24)", () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(anyContent, (content) => {
        const what = moodle.write([{ content: { ...content, points: 3 }, tags: [] }]).leftOut[0]?.what ?? []
        const several = content.type === "mcq" && content.multiple ? " several" : ""
        seen.add(`${content.type}${several}: ${what.join(", ") || "nothing"}`)
      }),
      { numRuns: 2000 }
    )
    assert.deepStrictEqual([...seen].sort(), [
      "matching: correctAnswers, scoring, targets",
      "matching: correctAnswers, targets",
      "matching: nothing",
      "matching: scoring",
      "mcq several: correctAnswers, scoring",
      "mcq several: nothing",
      "mcq: correctAnswers, scoring",
      "mcq: nothing",
      "numeric: correctAnswers",
      "numeric: nothing",
      "open_text: nothing",
      "ordering: choices, correctAnswers",
      "ordering: nothing",
      "short_text: nothing",
      "true_false: nothing"
    ])
  })
})
