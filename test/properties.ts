/**
 * Properties run on the same values each time, so that a change is judged by what it changes. To look for what nobody has
 * seen yet, say another seed: `LYCEUM_SEED=7 npm test`.
 */
import { Arbitrary } from "effect"
import fc from "fast-check"

const seed = Number(process.env["LYCEUM_SEED"] ?? 20_260_105)

fc.configureGlobal({ seed })
Arbitrary.configureGlobal({ check: { seed } })
