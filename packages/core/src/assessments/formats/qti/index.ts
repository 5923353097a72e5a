/** QTI 2.1 and 3.0, items without their package. Source: ASM-24. */
import { type Format, written } from "../portable.ts"
import { read } from "./read.ts"
import { join, printer, type Version } from "./write.ts"

const format = (version: Version): Format => ({
  read,
  write: (questions) => written(questions, { print: printer(version), read, join })
})

export const qti21 = format("2.1")
export const qti30 = format("3.0")
