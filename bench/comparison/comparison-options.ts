import { parseArgs } from 'node:util';

const CASES = ['backlog', 'latency', 'posts', 'batches', 'recovery', 'catch-up'] as const;

export type Case = (typeof CASES)[number];

/** What the bench can be told on its command line. */
export interface ComparisonOptions {
  /** Names of contestants; everybody when empty. */
  readonly only: readonly string[];
  readonly cases: readonly Case[];
  readonly rounds: number;
  /** Small numbers, to try the bench. */
  readonly isQuick: boolean;
  /** Requests of the product's backlog. */
  readonly runs: number;
  /** Requests per second of the product's latency at load. */
  readonly load: number;
  /** Requests per second while processes are killed. */
  readonly recoveryLoad: number;
  /** Runs that have ended while Postgres was away. */
  readonly missed: number;
  /** Runs at the same time in the product's executor. */
  readonly concurrency: number;
  /** Whether the product's processes leave profiles. */
  readonly profile: boolean;
  /** Path of the file that the results are written to. */
  readonly output: string | undefined;
}

const QUICK_RUNS = 20_000;

/** @throws Error about an option that is not known or makes no sense */
export function comparisonOptions(args: readonly string[]): ComparisonOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      cases: { type: 'string', default: CASES.join(',') },
      load: { type: 'string', default: '5000' },
      'recovery-load': { type: 'string', default: '1000' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      runs: { type: 'string' },
      missed: { type: 'string' },
      concurrency: { type: 'string', default: '1000' },
      profile: { type: 'boolean', default: false },
      output: { type: 'string' },
    },
  });
  const { quick } = values;
  return {
    only: values.only.split(',').filter((name) => name !== ''),
    cases: casesIn(values.cases),
    load: count('load', values.load),
    recoveryLoad: count('recovery-load', values['recovery-load']),
    rounds: count('rounds', values.rounds ?? (quick ? '1' : '3')),
    isQuick: quick,
    runs: count('runs', values.runs ?? String(quick ? QUICK_RUNS : 100_000)),
    missed: count('missed', values.missed ?? String(quick ? QUICK_RUNS : 500_000)),
    concurrency: count('concurrency', values.concurrency),
    profile: values.profile,
    output: values.output,
  };
}

/** Whether the options ask for that contestant. */
export function isWanted({ only }: ComparisonOptions, id: string): boolean {
  return only.length === 0 || only.includes(id);
}

/** Whether anything is measured that is not the product. */
export function hasPeers({ only, cases }: ComparisonOptions): boolean {
  return only.length === 0 || only.some((id) => !id.startsWith('product')) || cases.includes('batches');
}

/** Whether everything is measured, as the results in the repository show it. */
export function isWhole({ only, cases, isQuick }: ComparisonOptions): boolean {
  return only.length === 0 && cases.length === CASES.length && !isQuick;
}

function casesIn(text: string): Case[] {
  const wanted = text.split(',');
  const unknown = wanted.filter((each) => !CASES.some((known) => known === each));
  if (unknown.length > 0) {
    throw new Error(`--cases knows ${CASES.join(', ')}, not ${unknown.join(', ')}`);
  }
  return CASES.filter((each) => wanted.includes(each));
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${option} must be a whole number of at least 1`);
  }
  return value;
}
