/** The decision by itself, for who has the facts at hand: pure, and fast enough to ask about every row of a list. */
export { decide, isHidden, isPreviewOnly, trace } from "./decide.ts"
export type { CourseFacts, Facts, LessonFacts, Reader } from "./facts.ts"
export { type Verdict, verdictOf } from "./policies.ts"
export { courseOf, lessonOf, questionsOf } from "./prepare.ts"
export { readerOf, tiersOf } from "./reader.ts"
