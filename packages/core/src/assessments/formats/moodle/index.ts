/** Moodle XML. Source: ASM-24. */
import { type Format, written } from "../portable.ts"
import { read } from "./read.ts"
import { join, print } from "./write.ts"

export const moodle: Format = { read, write: (questions) => written(questions, { print, read, join }) }
