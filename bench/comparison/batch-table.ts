import { markdownTable } from '../support/markdown-table.js';
import type { BatchResult } from './batch-result.js';
import { formatted, median, spread } from './figures.js';

/** One line for each way, with the medians of all rounds. */
export function batchTable(results: readonly BatchResult[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  const speedOf = (name: string): number =>
    median(results.filter((result) => result.name === name).map(({ runsPerSecond }) => runsPerSecond));
  const limits = names.filter((name) => name.startsWith('COPY'));
  return markdownTable(
    ['many reports at once', 'runs/s', ...limits.map((name) => `% of ${name}`)],
    names.map((name) => {
      const rounds = results.filter((result) => result.name === name);
      const shares = limits.map((limit) => formatted((100 * speedOf(name)) / speedOf(limit)));
      return [name, spread(rounds.map(({ runsPerSecond }) => runsPerSecond))].concat(shares);
    }),
  );
}
