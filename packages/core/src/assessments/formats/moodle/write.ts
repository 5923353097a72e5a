/** Questions as Moodle's XML. */
import type { Fraction, QuestionContent } from "../../model/index.ts"
import { escaped, head, lines, tag } from "../markup/xml.ts"
import { percentOf } from "../percent.ts"
import { type Portable, titleOf } from "../portable.ts"
import { distanceOf, noCategory, none, paired, weighed, whole } from "../shapes.ts"

/** How Moodle names what our scorings count. */
export const gradings = {
  all_or_nothing: "ALL_OR_NOTHING",
  absolute: "ABSOLUTE_POSITION",
  adjacent: "RELATIVE_NEXT_EXCLUDE_LAST",
  longest_run: "LONGEST_ORDERED_SUBSET"
} as const

const text = (content: string): string => tag("text", {}, escaped(content))
const prose = (name: string, content: string, format = "markdown"): string =>
  tag(name, { format }, text(content))
const answer = (fraction: Fraction, content: string, more = ""): string =>
  tag("answer", { fraction: percentOf(fraction), format: "plain_text" }, `${text(content)}${more}`)

const printOrder = ({
  choices,
  correctAnswers: { order },
  scoring = "all_or_nothing"
}: Extract<QuestionContent, { readonly type: "ordering" }>): ReadonlyArray<string> => [
  tag("layouttype", {}, "VERTICAL"),
  tag("selecttype", {}, "ALL"),
  tag("selectcount", {}, "0"),
  tag("gradingtype", {}, gradings[scoring]),
  ...order.map((id, index) =>
    answer({ numerator: index + 1, denominator: 100 }, choices.find((choice) => choice.id === id)?.text ?? "")
  )
]

const printAnswers = (content: QuestionContent): readonly [type: string, ...parts: ReadonlyArray<string>] => {
  switch (content.type) {
    case "open_text":
      return ["essay", tag("responseformat", {}, "editor"), tag("responserequired", {}, "1")]
    case "true_false": {
      const right = content.correctAnswers.value
      return ["truefalse", answer(right ? whole : none, "true"), answer(right ? none : whole, "false")]
    }
    case "mcq":
      return [
        "multichoice",
        tag("single", {}, String(!content.multiple)),
        tag("shuffleanswers", {}, "true"),
        tag("answernumbering", {}, "abc"),
        ...weighed(content).map((one) => answer(one.right ? whole : one.fraction, one.text))
      ]
    case "matching":
      return [
        "matching",
        tag("shuffleanswers", {}, "true"),
        ...paired(content).map(({ stem, target }) =>
          tag("subquestion", { format: "plain_text" }, `${text(stem)}${tag("answer", {}, text(target))}`)
        )
      ]
    case "numeric": {
      const { correctAnswers } = content
      const by = tag("tolerance", {}, distanceOf(correctAnswers) ?? "0")
      return ["numerical", answer(whole, correctAnswers.value, by)]
    }
    case "short_text": {
      const { answers, matchCase } = content.correctAnswers
      return [
        "shortanswer",
        tag("usecase", {}, matchCase ? "1" : "0"),
        ...answers.map((one) => answer(one.fraction, one.text))
      ]
    }
    case "ordering":
      return ["ordering", ...printOrder(content)]
  }
}

export const print = ({ category, content, tags }: Portable): string => {
  const [type, ...answers] = printAnswers(content)
  const { body, explanation = "", points } = content
  return [
    tag(
      "question",
      { type: "category" },
      tag("category", {}, text(category === undefined ? noCategory : `${noCategory}/${category}`))
    ),
    tag(
      "question",
      { type },
      lines(
        tag("name", {}, text(titleOf(body))),
        prose("questiontext", body),
        prose("generalfeedback", explanation),
        tag("defaultgrade", {}, String(points)),
        ...answers,
        tags.length === 0
          ? undefined
          : tag("tags", {}, lines(...tags.map((one) => tag("tag", {}, text(one)))))
      )
    )
  ].join("\n")
}
export const join = (records: ReadonlyArray<string>): string =>
  `${head}\n${tag("quiz", {}, lines(...records))}\n`
