import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMain } from '#configuration';
import { ownPythonFolder } from '#running';
import { Logger } from '@nestjs/common';
import { benchOptions } from './bench-options.js';
import { BenchPlatform } from './bench-platform.js';
import { IsolationBench } from './isolation-bench.js';
import { isolationCases } from './isolation-case.js';
import type { IsolationResult } from './isolation-result.js';
import { describeMachine, loadBefore } from './machine.js';
import { ProgressBar } from './progress-bar.js';
import { resultsTable, resultsText } from './results-text.js';

const RESULTS = join(ownPythonFolder(), '../bench/RESULTS.md');

Logger.overrideLogger(['error', 'fatal']);

runMain(async () => {
  const options = benchOptions(process.argv.slice(2));
  const load = loadBefore();
  print('Starting servers and ingest');
  const platform = await BenchPlatform.start(print);
  stopOnSignals(platform);
  try {
    const machine = await describeMachine(platform, load);
    const bench = new IsolationBench(platform, options, new ProgressBar(process.stdout));
    const results: IsolationResult[] = [];
    const skipped: string[] = [];
    for (const measured of isolationCases(options.isolations)) {
      const result = await bench.measure(measured);
      if (result === undefined) {
        skipped.push(measured.label);
        print(`${measured.label}: skipped, the executor has no such agent`);
      } else {
        results.push(result);
      }
    }
    const output = options.output ?? RESULTS;
    await writeFile(output, resultsText(results, skipped, machine, options));
    print(`\n${resultsTable(results)}\n\nWritten to ${output}`);
  } finally {
    await platform.stop();
  }
});

/** Leaves no folder behind when it is interrupted. */
function stopOnSignals(platform: BenchPlatform): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void platform.stop().finally(() => process.exit(1)));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
