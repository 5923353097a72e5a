// Prints `N passed, N failed` from vitest's JSON report. A file that did not even load counts as one failure.
import { readFileSync } from "node:fs"

const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    return undefined // vitest ended before it could report
  }
}

const report = read(process.argv[2])
const unloaded = (report?.testResults ?? []).filter(
  (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")
)
const failed = (report?.numFailedTests ?? 0) + unloaded.length
// Errors outside of any test fail a run, too.
console.log(`${report?.numPassedTests ?? 0} passed, ${failed || (report?.success ? 0 : 1)} failed`)
