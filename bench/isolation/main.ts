import 'reflect-metadata';
import { runMain } from '#configuration';
import { Logger } from '@nestjs/common';
import { type BenchOptions, benchOptions } from './bench-options.js';
import { BenchPlatform } from './bench-platform.js';
import { coresInUse } from '../support/cores-in-use.js';
import { IsolationBench } from './isolation-bench.js';
import { isolationCases } from './isolation-case.js';
import type { IsolationResult } from './isolation-result.js';
import { describeMachine, type Machine } from '../support/machine.js';
import { ProgressBar } from '../support/progress-bar.js';
import { RESULTS_FILE, writeSection } from '../support/results-file.js';
import { resultsTable, resultsText } from './results-text.js';

Logger.overrideLogger(['error', 'fatal']);

runMain(async () => {
  const options = benchOptions(process.argv.slice(2));
  const output = options.output ?? RESULTS_FILE;
  const { results, skipped, machine, others } = await measureAll(options);
  await writeSection(output, 'isolation', resultsText(results, skipped, { machine, options, others }));
  print(`\n${resultsTable(results)}\n\nWritten to ${output}`);
});

interface Measured {
  readonly results: readonly IsolationResult[];
  readonly skipped: readonly string[];
  readonly machine: Machine;
  /** Shares of the cores, 0 to 1, that were in use while the bench did nothing. */
  readonly others: readonly number[];
}

async function measureAll(options: BenchOptions): Promise<Measured> {
  const others = [await coresInUse()];
  print('Starting servers and ingest');
  const platform = await BenchPlatform.start(print);
  stopOnSignals(platform);
  try {
    const machine = await describeMachine(platform.servers, platform.database);
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
      others.push(await coresInUse());
    }
    return { results, skipped, machine, others };
  } finally {
    await platform.stop();
  }
}

/** Leaves no folder behind when it is interrupted. */
function stopOnSignals(platform: BenchPlatform): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void platform.stop().finally(() => process.exit(1)));
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
