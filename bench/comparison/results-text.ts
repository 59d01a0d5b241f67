import type { Machine } from '../support/machine.js';
import { backlogTable } from './backlog-table.js';
import { batchTable } from './batch-table.js';
import { POSTGRES_SETTINGS } from './bench-database.js';
import { catchUpTable } from './catch-up-table.js';
import type { ComparisonOptions } from './comparison-options.js';
import type { Contestant } from './contestant.js';
import { latencyTable } from './latency-table.js';
import type { Measured } from './measured.js';
import { CAVEATS, measures } from './method.js';
import { postTable } from './post-table.js';
import { recoveryTable } from './recovery-table.js';

/** Share of the cores below which other programs, and the idle servers, hardly disturb. */
const QUIET = 0.1;

export interface Surroundings {
  readonly options: ComparisonOptions;
  readonly contestants: readonly Contestant[];
  readonly machine: Machine;
  readonly peerVersions: readonly string[];
}

/** The tables of all cases that were measured. */
export function resultsTables({
  backlogs,
  latencies,
  posts,
  batches,
  recoveries,
  catchUps,
}: Measured): string {
  const tables = [
    ...(backlogs.length === 0 ? [] : [backlogTable(backlogs)]),
    ...(latencies.length === 0 ? [] : [latencyTable(latencies)]),
    ...(posts.length === 0 ? [] : [postTable(posts)]),
    ...(batches.length === 0 ? [] : [batchTable(batches)]),
    ...(recoveries.length === 0 ? [] : [recoveryTable(recoveries)]),
    ...(catchUps.length === 0 ? [] : [catchUpTable(catchUps)]),
  ];
  return tables.join('\n\n');
}

/** The section of the results. */
export function resultsText(measured: Measured, surroundings: Surroundings): string {
  const { options, contestants } = surroundings;
  const rounds = options.rounds === 1 ? 'one round' : `${options.rounds} rounds`;
  return [
    '## The platform beside its peers',
    `Written by \`npm run bench\`: ${rounds}, in each everybody in turn, on the same machine and the same Postgres, with ` +
      'the same rows stored and counted after each case. Figures are medians, in parentheses the lowest and the highest.',
    resultsTables(measured),
    listOf(conditions(measured, surroundings)),
    '### How each is set up',
    listOf(contestants.map(({ name, settings }) => `**${name}**: ${settings}.`)),
    '### What is measured',
    listOf(measures(options)),
    '### What is to be borne in mind',
    listOf(CAVEATS),
  ].join('\n\n');
}

function conditions({ others }: Measured, { machine, peerVersions }: Surroundings): string[] {
  const most = Math.max(...others);
  const quiet = most < QUIET ? 'quiet' : '**not quiet**, which makes the figures worse and unlike each other';
  const settings = Object.entries(POSTGRES_SETTINGS).map(([name, value]) => `${name} ${value}`);
  return [
    `Date: ${machine.date}`,
    `Machine: ${machine.hardware}, ${machine.system}`,
    `Before each case, at most ${Math.round(100 * most)} % of the cores were in use: ${quiet}`,
    `Versions: ${[machine.versions, ...peerVersions].join(', ')}`,
    `Disk: ${machine.syncMs.toFixed(2)} ms to append and sync 4 KiB, at the median`,
    `Postgres, the same for all: ${settings.join(', ')}, all else as by default; so every commit is synced`,
    machine.natsSyncsAlways
      ? 'nats-server as in deploy/nats.conf: every message is synced before it is confirmed (`sync_interval: always`)'
      : 'This nats-server is older than 2.10: it syncs every two minutes only',
  ];
}

function listOf(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
