import { markdownTable } from '../support/markdown-table.js';
import type { Comparison } from './growth-bench.js';
import type { GrowthOptions } from './growth-options.js';
import type { Machine } from '../support/machine.js';

/** Ingest may become slower by a fifth, a query may take twice as long. */
const INGEST_BAR = 0.8;
const QUERY_BAR = 2;
/** What takes less is not noticed by anybody, and is mostly the round trip. */
const UNNOTICED_MS = 5;

const HEADINGS = ['', 'small', 'full', 'ratio', 'bar'];

export function growthTable(comparisons: readonly Comparison[]): string {
  return markdownTable(HEADINGS, comparisons.map(cellsOf));
}

/** The section of the bench in the file of results. */
export function growthText(
  comparisons: readonly Comparison[],
  { runs, weeks, rounds, written }: GrowthOptions,
  { date, hardware, system, versions }: Machine,
): string {
  return [
    `## Growth: ${runs.toLocaleString('en')} runs against hardly any`,
    `Both databases are on the same server and measured in turn. The full one holds ${runs.toLocaleString('en')} runs with ` +
      `5 metrics each in ${weeks} weeks, the small one what the measurement itself writes. Medians of ${rounds} rounds.`,
    growthTable(comparisons),
    [
      `- ${date}, ${hardware}, ${system}; ${versions}`,
      `- **ingest**: one writer, ${written.toLocaleString('en')} runs per round in batches of 500, each one transaction.`,
      `- Bars: ingest at least ${INGEST_BAR} of the small database, a query at most ${QUERY_BAR} times as long, or less ` +
        `than ${UNNOTICED_MS} ms.`,
    ].join('\n'),
  ].join('\n\n');
}

function cellsOf({ label, unit, small, full }: Comparison): string[] {
  const ratio = full / small;
  const isGood = unit === 'runs/s' ? ratio >= INGEST_BAR : ratio <= QUERY_BAR || full < UNNOTICED_MS;
  const shown = (figure: number): string =>
    `${unit === 'ms' ? figure.toFixed(2) : Math.round(figure)} ${unit}`;
  return [label, shown(small), shown(full), ratio.toFixed(2), isGood ? 'kept' : '**missed**'];
}
