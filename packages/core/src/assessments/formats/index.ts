/** Every format that questions come in and go out in, by the name that people call it. Source: ASM-24. */
import { aiken } from "./aiken.ts"
import { csv } from "./csv.ts"
import { gift } from "./gift.ts"
import { moodle } from "./moodle/index.ts"
import type { Format } from "./portable.ts"
import { qti21, qti30 } from "./qti/index.ts"

export const formatNames = ["gift", "aiken", "csv", "moodle_xml", "qti_2_1", "qti_3_0"] as const
export type FormatName = (typeof formatNames)[number]

export const formats: Readonly<Record<FormatName, Format>> = {
  gift,
  aiken,
  csv,
  moodle_xml: moodle,
  qti_2_1: qti21,
  qti_3_0: qti30
}
