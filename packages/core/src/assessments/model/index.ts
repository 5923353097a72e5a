/** The nouns of assessments. */
export * from "./assessment.ts"
export * from "./attempt.ts"
export * from "./audit.ts"
export * from "./events.ts"
export * from "./ids.ts"
export * from "./question.ts"
export * from "./snapshot.ts"
export * from "./views.ts"
