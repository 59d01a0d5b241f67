import { markdownTable } from '../support/markdown-table.js';
import type { BacklogResult } from './backlog-result.js';
import { formatted, groupMedians, median, MEBIBYTE, spread } from './figures.js';

/** What all others are multiples of: the stack that users have today. */
const REFERENCE = 'celery';

const HEADINGS = [
  'on a backlog',
  'runs',
  'runs/s',
  '× Celery',
  'µs of CPU per run',
  'in all',
  'WAL bytes per run',
  'MiB of memory at most',
];

/** One line for everybody, with the medians of all rounds. */
export function backlogTable(results: readonly BacklogResult[]): string {
  const ids = [...new Set(results.map(({ id }) => id))];
  const reference = speedOf(results.filter(({ id }) => id === REFERENCE));
  return markdownTable(
    HEADINGS,
    ids.map((id) =>
      cellsOf(
        results.filter((result) => result.id === id),
        reference,
      ),
    ),
  );
}

function cellsOf(rounds: readonly BacklogResult[], reference: number): string[] {
  const [first] = rounds;
  const processor = rounds.map(({ processorMicroseconds }) => processorMicroseconds);
  const totals = processor.map((groups) => Object.values(groups).reduce((sum, each) => sum + each, 0));
  return [
    first?.name ?? '',
    formatted(first?.runs ?? 0),
    spread(rounds.map(({ runsPerSecond }) => runsPerSecond)),
    Number.isNaN(reference) ? '–' : formatted(speedOf(rounds) / reference, 1),
    groupMedians(processor),
    formatted(median(totals)),
    formatted(median(rounds.map(({ walBytesPerRun }) => walBytesPerRun))),
    groupMedians(
      rounds.map(({ memoryBytes }) => memoryBytes),
      MEBIBYTE,
    ),
  ];
}

function speedOf(rounds: readonly BacklogResult[]): number {
  return median(rounds.map(({ runsPerSecond }) => runsPerSecond));
}
