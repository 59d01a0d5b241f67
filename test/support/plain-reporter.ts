import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

const STANDARD_OUTPUT = 1;

/** Prints the counts of a run as its very last line: `12 passed, 0 failed`, and `, 1 skipped` when some were skipped. */
export default class PlainReporter implements Reporter {
  private readonly counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };

  onInit(): void {
    // The other reporters print at the end of the run, in an order that is not promised.
    process.once('exit', (code) => this.print(code));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    Object.assign(this.counts, { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 });
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        this.counts[test.result().state] += 1;
      }
      // A file or a hook that fails has no test to count, and a run with one must not read as passed.
      this.counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) {
        this.counts.failed += suite.errors().length;
      }
    }
  }

  private print(exitCode: number): void {
    const { passed, failed, skipped, pending } = this.counts;
    // A set-up that fails ends the run without an error that reporters are told of.
    const failures = failed === 0 && exitCode !== 0 ? 1 : failed;
    const notRun = skipped + pending;
    const line = `${passed} passed, ${failures} failed${notRun > 0 ? `, ${notRun} skipped` : ''}`;
    writeSync(STANDARD_OUTPUT, `${line}\n`);
  }
}
