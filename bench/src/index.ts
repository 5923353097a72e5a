/** `npm run bench -- NAME [--quick]`: measures one thing beside its peers in one run. None of these is a test. */
import type { Bench } from "./measure.ts"

const benches: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  "access-decide": () => import("./access-decide.ts"),
  "access-page": () => import("./access-page.ts"),
  attempt: () => import("./attempt.ts"),
  rls: () => import("./rls.ts")
}

const [name = "", ...flags] = process.argv.slice(2)
const load = benches[name]
if (load === undefined || flags.some((flag) => flag !== "--quick")) {
  console.error(`Usage: npm run bench -- NAME [--quick]\nNAME is one of: ${Object.keys(benches).join(", ")}`)
  process.exit(2)
}
const { bench } = await load()
for (const one of await bench({ quick: flags.includes("--quick") })) {
  const { low, high, ratio, target } = one
  const verdict = one.holds ? "holds" : "does not hold"
  console.log(`${one.bench}, ${one.case}: ${ratio}× (${low} to ${high}), target ${target}×: ${verdict}`)
  console.log(JSON.stringify(one))
}
process.exit(0)
