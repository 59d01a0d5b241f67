import { markdownTable } from '../support/markdown-table.js';
import { formatted, groupMedians, median, MEBIBYTE, spread } from './figures.js';
import type { PostResult } from './post-result.js';

const HEADINGS = [
  'POST /metrics',
  'requests/s',
  '× best of FastAPI',
  'p50 / p95 / p99, ms',
  'µs of CPU per request',
  'MiB of memory',
];

/** One line for each collector, with the medians of all rounds. */
export function postTable(results: readonly PostResult[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  const reference = Math.max(
    ...names.filter((name) => name.startsWith('FastAPI')).map((name) => speedOf(results, name)),
  );
  return markdownTable(
    HEADINGS,
    names.map((name) => {
      const rounds = results.filter((result) => result.name === name);
      return [
        name,
        spread(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
        Number.isFinite(reference) ? formatted(speedOf(results, name) / reference, 1) : '–',
        [0, 1, 2]
          .map((index) => formatted(median(rounds.map(({ latencies }) => latencies[index] ?? 0)), 1))
          .join(' / '),
        groupMedians(rounds.map(({ processorMicroseconds }) => processorMicroseconds)),
        groupMedians(
          rounds.map(({ memoryBytes }) => memoryBytes),
          MEBIBYTE,
        ),
      ];
    }),
  );
}

function speedOf(results: readonly PostResult[], name: string): number {
  return median(
    results.filter((result) => result.name === name).map(({ requestsPerSecond }) => requestsPerSecond),
  );
}
