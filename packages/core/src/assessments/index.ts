/** The door of assessments: questions, attempts and their grades. */
export * from "./errors.ts"
export * from "./model/index.ts"
