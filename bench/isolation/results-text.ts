import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { CHILD_CONCURRENCY, INLINE_CONCURRENCY } from './agents/concurrency.js';
import type { BenchOptions } from './bench-options.js';
import type { IsolationResult, Percentiles } from './isolation-result.js';
import type { Machine } from '../support/machine.js';
import { markdownTable } from '../support/markdown-table.js';

/** Share of the cores below which other programs, and the idle servers, hardly disturb. */
const QUIET = 0.1;

const HEADINGS = [
  'isolation',
  'backlog, runs',
  'at the same time',
  'runs/s',
  'start p50/p99, ms',
  'end to commit p50/p99, ms',
  'request to commit p50/p99, ms',
];

export function resultsTable(results: readonly IsolationResult[]): string {
  return markdownTable(HEADINGS, results.map(cellsOf));
}

/** The section of the results. */
export function resultsText(
  results: readonly IsolationResult[],
  skipped: readonly string[],
  surroundings: { machine: Machine; options: BenchOptions; others: readonly number[] },
): string {
  const { machine, options, others } = surroundings;
  return [
    '## Runs of an agent that does nothing, by isolation',
    'Written by `npm run bench:isolation`. The agent returns 5 metrics and does nothing else.',
    resultsTable(results),
    ...skipped.map((label) => `**${label}: was not measured**: the executor has no such agent.`),
    listOf(conditions(machine, others)),
    '### What was measured',
    listOf(measures(options)),
    '### What to bear in mind',
    listOf(caveats(machine)),
  ].join('\n\n');
}

function conditions(
  { date, hardware, system, versions, syncMs }: Machine,
  others: readonly number[],
): string[] {
  const executor = new ExecutorConfiguration();
  const ingest = new IngestConfiguration();
  const most = Math.max(...others);
  const quiet = most < QUIET ? 'quiet' : '**not quiet**, which makes the figures worse';
  return [
    `Date: ${date}`,
    `Machine: ${hardware}, ${system}`,
    `While the bench did nothing, before the start and after each line, at most ${percent(most)} of the cores were in use: ${quiet}`,
    `Versions: ${versions}`,
    `Disk: ${syncMs.toFixed(2)} ms to append and sync 4 KiB, at the median`,
    `One executor of EXECUTOR_CONCURRENCY ${executor.concurrency} and EXECUTOR_CHILD_RUNS ${executor.childRuns}, one ` +
      `ingest of INGEST_POOL_SIZE ${ingest.poolSize}, as by default; ${INLINE_CONCURRENCY} runs at the same time ` +
      `inline, ${CHILD_CONCURRENCY} (two for each core) otherwise`,
  ];
}

function measures({ samples, perSecond }: BenchOptions): string[] {
  return [
    '**runs/s**: after a warm-up all requests of the backlog wait, stored and with their `pending` rows. Then the agent ' +
      'is resumed. Counted are the final rows in `agent_runs`, from the first commit to the last; each comes with its ' +
      '5 metrics and the daily sums.',
    `**start**: from the moment before the request is published to the first line of the agent's code; ${samples} ` +
      `requests, ${perSecond} per second, and no other runs meanwhile.`,
    '**end to commit**: from the end of the run to the commit of its row, of the same runs. Postgres notes a commit just ' +
      'before it syncs it: the row is visible one sync later.',
    '**request to commit**: both, and the run between them.',
    'process and python are warm: their children run already. By default each is replaced after so many runs, and the ' +
      'start of its successor is in the figures; in the lines "no child replaced" it is not. command starts a Node ' +
      'program for each run, so it shows how long Node takes to start.',
  ];
}

function caveats({ natsSyncsAlways }: Machine): string[] {
  return [
    'nats-server, Postgres, ingest, the executor, its children and the bench itself share the cores: each takes from ' +
      'the others. Scheduler, api and notifier do not run.',
    natsSyncsAlways
      ? 'nats-server syncs every message before it confirms it (`sync_interval: always`), Postgres every commit.'
      : 'This nats-server is older than 2.10 and can not sync every message; it does so every two minutes. Postgres syncs every commit.',
    'Postgres keeps commit timestamps here (`track_commit_timestamp`), which it does not elsewhere.',
  ];
}

function cellsOf(result: IsolationResult): string[] {
  const { label, runs, concurrency, runsPerSecond, start, commit, whole } = result;
  const numbers = [runs, concurrency, Math.round(runsPerSecond)].map(String);
  return [label, ...numbers, ...[start, commit, whole].map(pair)];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function pair({ p50, p99 }: Percentiles): string {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)}`;
}

function listOf(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
