import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringDebianPackages } from './debian-packages.ts';

/**
 * `npm test`: brings what the tests need, runs all of them and closes with `N passed, N failed`, counted from the run's
 * own report. Arguments go to Vitest, such as a path: `npm test -- test/core/proxy`.
 */
const root = fileURLToPath(new URL('..', import.meta.url));

/** The part of Vitest's JSON report (Jest's format) that is counted. */
interface TestReport {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

bringDebianPackages(process.env);
const folder = mkdtempSync(join(tmpdir(), 'cody-desktop-report-'));
const reportFile = join(folder, 'report.json');
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
const report = readReport(reportFile);
rmSync(folder, { recursive: true, force: true });
const failed = report.numFailedTests;
const skipped = report.numPendingTests + report.numTodoTests;
// A file that cannot be loaded, an error outside of any test or a run of nothing is a failure as well.
process.exitCode = status === 0 && failed === 0 && report.numPassedTests > 0 ? 0 : status || 1;
const beyond = process.exitCode !== 0 && failed === 0 ? 1 : 0;
console.log(
  `${report.numPassedTests} passed, ${failed + beyond} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);

function readReport(file: string): TestReport {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestReport;
  } catch {
    return { numTotalTests: 0, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
