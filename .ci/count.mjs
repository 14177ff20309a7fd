/**
 * Prints `N passed, N failed`: the tests of every vitest report in a directory. A failed step in which no test failed (a
 * lint error, a file that did not load, a run that never came to its report) counts as one failure, so that the line
 * never says less than the exit code.
 *
 *   node .ci/count.mjs DIRECTORY FAILED_STEPS
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const [directory = '.', failedSteps = '0'] = process.argv.slice(2)
let passed = 0
let failed = 0
let runsWithFailedTests = 0
for (const file of readdirSync(directory)) {
  const report = JSON.parse(readFileSync(path.join(directory, file), 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  if (report.numFailedTests > 0) runsWithFailedTests++
}
failed += Math.max(0, Number(failedSteps) - runsWithFailedTests)
console.log(`${passed} passed, ${failed} failed`)
