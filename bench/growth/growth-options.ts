import { parseArgs } from 'node:util';

/** What the bench can be told on its command line. */
export interface GrowthOptions {
  /** Runs that the full database holds before anything is measured. */
  readonly runs: number;
  /** Months before now that those runs lie in, each a partition. */
  readonly months: number;
  readonly rounds: number;
  /** Runs that ingest writes into each database in each round. */
  readonly written: number;
  /** Path of the file that the results are written to. */
  readonly output: string | undefined;
}

/** @throws Error about an option that is not known or makes no sense */
export function growthOptions(args: readonly string[]): GrowthOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '10000000' },
      months: { type: 'string', default: '12' },
      rounds: { type: 'string', default: '4' },
      written: { type: 'string', default: '20000' },
      output: { type: 'string' },
    },
  });
  return {
    runs: count('runs', values.runs),
    months: count('months', values.months),
    rounds: count('rounds', values.rounds),
    written: count('written', values.written),
    output: values.output,
  };
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${option} must be a whole number of at least 1`);
  }
  return value;
}
