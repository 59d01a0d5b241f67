import { markdownTable } from '../support/markdown-table.js';
import { type Comparison, INGEST_BAR, QUERY_BAR } from './comparison.js';
import type { GrowthOptions } from './growth-options.js';
import type { Taken } from './grown-database.js';
import type { Machine } from '../support/machine.js';

const HEADINGS = ['', 'small', 'full', 'ratio', 'bar'];

/** The table, and below it where the time goes of each query that missed. */
export function growthTable(comparisons: readonly Comparison[]): string {
  const table = markdownTable(HEADINGS, comparisons.map(cellsOf));
  const missed = comparisons.flatMap(({ label, taken }) =>
    taken === undefined ? [] : [`- **${label}**: small ${partsOf(taken.small)}; full ${partsOf(taken.full)}`],
  );
  return missed.length === 0 ? table : [table, missed.join('\n')].join('\n\n');
}

/** The section of the bench in the file of results. */
export function growthText(
  comparisons: readonly Comparison[],
  { runs, months, rounds, written }: GrowthOptions,
  { date, hardware, system, versions }: Machine,
): string {
  return [
    `## Growth: ${runs.toLocaleString('en')} runs against hardly any`,
    `Both databases are on the same server and measured in turn. The full one holds ${runs.toLocaleString('en')} runs with ` +
      `5 metrics each in ${months} months, the small one 20,000 in 30 days, so that answers are as long; both what the ` +
      `measurement writes. Medians of ${rounds} rounds.`,
    growthTable(comparisons),
    [
      `- ${date}, ${hardware}, ${system}; ${versions}`,
      `- **ingest**: one writer, ${written.toLocaleString('en')} runs per round in batches of 500, each one transaction.`,
      '- **runs, metrics, logs, summaries**: statements that a web application prepares, on its own connection. ' +
        '**GET /metrics**: what ingest asks, planned each time. Each question is asked twice, the second time counts; ' +
        'round trips and reading the answer are included.',
      `- Bars: ingest at least ${INGEST_BAR} of the small database, a query at most ${QUERY_BAR} times as long.`,
    ].join('\n'),
  ].join('\n\n');
}

function cellsOf({ label, unit, small, full, ratio, isKept }: Comparison): string[] {
  const shown = (figure: number): string =>
    `${unit === 'ms' ? figure.toFixed(2) : Math.round(figure)} ${unit}`;
  return [label, shown(small), shown(full), ratio.toFixed(2), isKept ? 'kept' : '**missed**'];
}

function partsOf({ planning, execution }: Taken): string {
  return `planning ${planning.toFixed(2)} ms + execution ${execution.toFixed(2)} ms`;
}
