import { markdownTable } from '../support/markdown-table.js';
import type { CatchUpResult } from './catch-up-result.js';
import { formatted, groupMedians, median, MEBIBYTE, spread } from './figures.js';

/** One line, with the medians of all rounds. */
export function catchUpTable(results: readonly CatchUpResult[]): string {
  return markdownTable(
    ['after Postgres was away', 'runs that waited', 'seconds', 'runs/s', 'MiB of memory at most'],
    [
      [
        'agent-platform, ingest',
        formatted(median(results.map(({ runs }) => runs))),
        spread(results.map(({ seconds }) => seconds)),
        spread(results.map(({ runs, seconds }) => runs / seconds)),
        groupMedians(
          results.map(({ memoryBytes }) => memoryBytes),
          MEBIBYTE,
        ),
      ],
    ],
  );
}
