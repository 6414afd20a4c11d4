// Reads Jest's JSON reports. `failed <report>`: the suites that failed, a line each. `counts <report> [<report of those suites run again>]`: tests
// passed, failed and skipped, a suite that could not run counted as one failed test; suites that were run again count as they ended then.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const suites = (report) => JSON.parse(readFileSync(report, 'utf8')).testResults;
const [command, first, again] = process.argv.slice(2);

if (command === 'failed') {
  for (const { name, status } of suites(first)) if (status === 'failed') console.log(relative(process.cwd(), name));
} else {
  const last = again === undefined ? [] : suites(again);
  const ranAgain = new Set(last.map(({ name }) => name));
  let [passed, failed, skipped] = [0, 0, 0];
  for (const { status, assertionResults } of [...suites(first).filter(({ name }) => !ranAgain.has(name)), ...last]) {
    const outcomes = assertionResults.map((test) => test.status);
    passed += outcomes.filter((outcome) => outcome === 'passed').length;
    const ownFailed = outcomes.filter((outcome) => outcome === 'failed').length;
    failed += status === 'failed' ? Math.max(1, ownFailed) : ownFailed;
    skipped += outcomes.filter((outcome) => outcome === 'pending' || outcome === 'todo').length;
  }
  console.log(passed, failed, skipped);
}
