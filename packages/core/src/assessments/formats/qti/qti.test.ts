// Written by hand in the dialect of the examples that the specification of QTI is published with.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { anyContent } from "../../../../test/assessments/arbitraries.ts"
import { samples } from "../../../../test/assessments/all.ts"
import type { QuestionContent } from "../../model/index.ts"
import { qti21, qti30 } from "./index.ts"

const template = (name: string) =>
  `<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/${name}"/>`
const declared = (cardinality: string, baseType: string, inside: string) =>
  `<responseDeclaration identifier="RESPONSE" cardinality="${cardinality}" baseType="${baseType}">${inside}</responseDeclaration>`
const correct = (...values: ReadonlyArray<string>) =>
  `<correctResponse>${values.map((value) => `<value>${value}</value>`).join("")}</correctResponse>`
const mapping = (attributes: string, ...entries: ReadonlyArray<readonly [string, string]>) =>
  `<mapping ${attributes}>${entries.map(([key, value]) => `<mapEntry mapKey="${key}" mappedValue="${value}"/>`).join("")}</mapping>`
const item = (declaration: string, body: string, rest = template("match_correct")) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"
  identifier="i" title="Title" adaptive="false" timeDependent="false">
${declaration}
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>
${body}
</itemBody>
${rest}
</assessmentItem>
`
const choices = (name: string, ids: string, more = "") =>
  `<${name} responseIdentifier="RESPONSE" ${more}><prompt>Which <em>one</em>?</prompt>\n${[...ids].map((id) => `<simpleChoice identifier="${id}">is ${id}</simpleChoice>`).join("\n")}</${name}>`

const one = (file: string) => {
  const { questions, refused } = qti21.read(file)
  assert.deepStrictEqual(refused, [])
  return questions[0]!
}
const refusals = (file: string) =>
  qti21
    .read(file)
    .refused.map(({ issues, line }) => `${line}: ${issues.map(({ message }) => message).join("; ")}`)
describe("QTI as others write it", () => {
  it("a choice with its prompt, told by its line; images and titles are named (ASM-24)", () => {
    const body = `<p>Look. <img src="a.png" alt="STOP"/></p>${choices("choiceInteraction", "AB", 'maxChoices="1"')}`
    const { leftOut, line, question } = one(item(declared("single", "identifier", correct("B")), body))
    assert.deepStrictEqual([line, leftOut], [2, ["images", "title"]])
    assert.deepInclude(question.content, {
      type: "mcq",
      body: "Look. STOP\n\nWhich *one*?",
      multiple: false,
      points: 1,
      scoring: "all_or_nothing",
      correctAnswers: { choices: ["c2"] }
    })
  })

  it("a mapping is weights: what it does not name has its default (ASM-24)", () => {
    const map = mapping(
      'lowerBound="0" upperBound="2" defaultValue="-2"',
      ["A", "1"],
      ["B", "1"],
      ["C", "-1"]
    )
    const file = item(
      declared("multiple", "identifier", correct("A", "B") + map),
      choices("choiceInteraction", "ABCD", 'maxChoices="0"'),
      template("map_response")
    )
    const weight = (choice: string, numerator: number, denominator: number) => ({
      choice,
      weight: { numerator, denominator }
    })
    assert.deepInclude(one(file).question.content, {
      points: 2,
      scoring: "weighted",
      correctAnswers: {
        choices: ["c1", "c2"],
        weights: [weight("c1", 1, 2), weight("c2", 1, 2), weight("c3", -1, 2), weight("c4", -1, 1)]
      }
    })
  })

  it("rules that say the same as a template count the same; feedback of theirs is named (ASM-24)", () => {
    const rules = `<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE"><variable identifier="MAXSCORE"/></setOutcomeValue><setOutcomeValue identifier="FEEDBACK"><baseValue baseType="identifier">yes</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing><modalFeedback outcomeIdentifier="FEEDBACK" identifier="yes" showHide="show">Yes</modalFeedback>`
    const most = `<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue><value>10.0</value></defaultValue></outcomeDeclaration>`
    const body = `<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>So?</prompt><simpleChoice identifier="true">True <feedbackInline outcomeIdentifier="F" identifier="true" showHide="show">Right</feedbackInline></simpleChoice><simpleChoice identifier="false">False</simpleChoice></choiceInteraction>`
    const { leftOut, question } = one(
      item(declared("single", "identifier", correct("true")) + most, body, rules)
    )
    assert.deepInclude(question.content, { type: "true_false", points: 10, correctAnswers: { value: true } })
    assert.deepStrictEqual(leftOut, ["feedback", "title"])
  })

  it("an order, and a gap within a text (ASM-24)", () => {
    const order = one(
      item(declared("ordered", "identifier", correct("C", "A", "B")), choices("orderInteraction", "ABC"))
    )
    assert.deepInclude(order.question.content, {
      type: "ordering",
      correctAnswers: { order: ["c3", "c1", "c2"] }
    })
    const gap = `<blockquote><p>sun of <textEntryInteraction responseIdentifier="RESPONSE"/>;<br/> buried</p></blockquote>`
    const text = declared("single", "string", correct("York") + mapping("", ["York", "1"], ["y*k", "0.5"]))
    assert.deepInclude(one(item(text, gap, template("map_response"))).question.content, {
      type: "short_text",
      body: "sun of _____;  \nburied",
      correctAnswers: {
        answers: [
          { text: "York", fraction: { numerator: 1, denominator: 1 } },
          { text: "y\\*k", fraction: { numerator: 1, denominator: 2 } }
        ],
        matchCase: true
      }
    })
  })

  it("a matching whose second side has one partner each is turned; unequal pairs are named (ASM-24)", () => {
    const side = (ids: string) =>
      `<simpleMatchSet>${[...ids].map((id) => `<simpleAssociableChoice identifier="${id}" matchMax="4">${id}</simpleAssociableChoice>`).join("")}</simpleMatchSet>`
    const body = `<matchInteraction responseIdentifier="RESPONSE"><prompt>?</prompt>${side("XY")}${side("abc")}</matchInteraction>`
    const map = mapping('defaultValue="0"', ["X a", "1"], ["X b", "0.5"], ["Y c", "0.5"])
    const { leftOut, question } = one(
      item(declared("multiple", "directedPair", map), body, template("map_response"))
    )
    assert.deepInclude(question.content, {
      points: 2,
      scoring: "right_pairs",
      stems: ["a", "b", "c"].map((text, index) => ({ id: `s${index + 1}`, text })),
      correctAnswers: {
        pairs: [
          { stem: "s1", target: "t1" },
          { stem: "s2", target: "t1" },
          { stem: "s3", target: "t2" }
        ]
      }
    })
    assert.deepStrictEqual(leftOut, ["points of each pair", "title"])
  })

  it("QTI 3 says the same in other names; several items follow one another (ASM-24)", () => {
    const file = `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="t" time-dependent="false" xml:lang="en">
  <qti-response-declaration identifier="R" cardinality="single" base-type="float"><qti-correct-response><qti-value>3</qti-value></qti-correct-response></qti-response-declaration>
  <qti-item-body><qti-rubric-block view="candidate"><qti-content-body><p>Read.</p></qti-content-body></qti-rubric-block><qti-rubric-block view="scorer"><p>Secret</p></qti-rubric-block>
    <p>How many? <qti-text-entry-interaction response-identifier="R"/></p></qti-item-body>
  <qti-response-processing><qti-response-condition><qti-response-if><qti-equal tolerance-mode="relative" tolerance="10"><qti-variable identifier="R"/><qti-correct identifier="R"/></qti-equal><qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">4</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing>
</qti-assessment-item>

`
    const both = qti30.read(
      file +
        item(
          declared("single", "string", ""),
          '<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Why?</prompt></extendedTextInteraction>',
          ""
        )
    )
    assert.deepStrictEqual(both.refused, [])
    assert.deepStrictEqual(
      both.questions.map(({ line, question }) => [line, question.content.type, question.content.body]),
      [
        [2, "numeric", "Read.\n\nHow many?"],
        [10, "open_text", "Why?"]
      ]
    )
    assert.deepStrictEqual(both.questions[0]!.leftOut, ["notes for graders", "title"])
    assert.deepInclude(both.questions[0]!.question.content, {
      points: 4,
      correctAnswers: { value: "3", tolerance: { kind: "relative", by: "0.1" } }
    })
  })

  it("what is no such item is refused with the reason (ASM-24)", () => {
    const single = declared("single", "identifier", correct("A"))
    const choice = choices("choiceInteraction", "AB")
    const rules = (inside: string) =>
      `<responseProcessing><responseCondition><responseIf>${inside}<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>`
    const files: ReadonlyArray<readonly [string, string]> = [
      ["<assessmentTest/>", "1: is not an item of QTI but: assessmentTest"],
      [item(single, choice + choice), "2: has 2 interactions instead of one"],
      [item(single, "<p>Read this.</p>"), "2: has 0 interactions instead of one"],
      [
        item(single, '<hottextInteraction responseIdentifier="RESPONSE"/>'),
        "7: asks in a way that is not taken: hottextInteraction"
      ],
      [item("", choice), "2: has no responseDeclaration"],
      [item(single, choice, template("map_response_point")), "2: counts points in a way that is not taken"],
      [
        item(
          single,
          choice,
          rules(
            '<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">A</baseValue></match>'
          )
        ),
        "2: counts points in a way that is not taken"
      ],
      [
        item(
          single,
          choice,
          rules('<not><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match></not>')
        ),
        "2: counts points in a way that is not taken"
      ],
      [item(declared("single", "identifier", correct("Z")), choice), "2: is not one of those there are"],
      [
        item(single, choice).replace('adaptive="false"', 'adaptive="true"'),
        "2: is adaptive: it changes with its answers"
      ],
      [item("<templateDeclaration/>", choice), "2: is a template with variables"]
    ]
    for (const [file, expected] of files) assert.deepStrictEqual(refusals(file), [expected])
    assert.match(refusals(item(single, "<p>"))[0]!, /^8: is not XML as it should be/u)
  })
})

describe.each([
  ["2.1", qti21],
  ["3.0", qti30]
] as const)("QTI %s as we write it", (_, format) => {
  const lost = (content: QuestionContent) => format.write([{ content, tags: [] }]).leftOut[0]?.what
  it("comes back whole where QTI has words for it, and is named where not (ASM-24)", () => {
    const body = "Two *lines*\nand  more\n\n\n<b> & so on"
    for (const content of [samples.trueFalse, samples.single, samples.openText])
      assert.isUndefined(lost({ ...content, body, explanation: body, points: 3 }))
    assert.deepStrictEqual(
      format.write([{ content: samples.openText, tags: ["a"], category: "b" }]).leftOut,
      [{ place: 0, what: ["category", "tags"] }]
    )
    const answers = [{ text: "gr*y", fraction: { numerator: 1, denominator: 1 } }]
    assert.deepStrictEqual(lost({ type: "short_text", points: 1, body, correctAnswers: { answers } }), [
      "question"
    ])
  })

  it("says a plain question wholly but for what is listed (ASM-24)", () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(anyContent, (content) => {
        const what = format.write([{ content: { ...content, points: 3 }, tags: [] }]).leftOut[0]?.what ?? []
        const several = content.type === "mcq" && content.multiple ? " several" : ""
        seen.add(`${content.type}${several}: ${what.join(", ") || "nothing"}`)
      }),
      { numRuns: 2000 }
    )
    assert.deepStrictEqual([...seen].sort(), [
      "matching: nothing",
      "mcq several: correctAnswers, scoring",
      "mcq several: nothing",
      "mcq several: scoring",
      "mcq: correctAnswers, scoring",
      "mcq: nothing",
      "numeric: correctAnswers",
      "numeric: nothing",
      "open_text: nothing",
      "ordering: nothing",
      "ordering: scoring",
      "short_text: correctAnswers",
      "short_text: nothing",
      "short_text: question",
      "true_false: nothing"
    ])
  })
})
