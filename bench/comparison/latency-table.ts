import { markdownTable } from '../support/markdown-table.js';
import { formatted, median } from './figures.js';
import type { LatencyResult } from './latency-result.js';

const HEADINGS = [
  'at an even pace',
  'requests/s',
  'request → start p50 / p95 / p99, ms',
  'request → commit p50 / p95 / p99, ms',
];

/** One line for everybody at each pace, with the medians of all rounds. */
export function latencyTable(results: readonly LatencyResult[]): string {
  const keys = [...new Set(results.map(keyOf))];
  return markdownTable(
    HEADINGS,
    keys.map((key) => cellsOf(results.filter((result) => keyOf(result) === key))),
  );
}

function keyOf({ id, label }: LatencyResult): string {
  return `${label} ${id}`;
}

function cellsOf(rounds: readonly LatencyResult[]): string[] {
  const [first] = rounds;
  const name = `${first?.name}, ${first?.label}`;
  const measured = rounds.flatMap(({ latencies }) => (latencies === undefined ? [] : [latencies]));
  if (measured.length < rounds.length) {
    return [name, formatted(first?.perSecond ?? 0), 'did not keep up', 'did not keep up'];
  }
  return [
    name,
    formatted(median(measured.map(({ requestsPerSecond }) => requestsPerSecond))),
    percentiles(measured.map(({ start }) => start)),
    percentiles(measured.map(({ commit }) => commit)),
  ];
}

function percentiles(rounds: readonly (readonly number[])[]): string {
  if (rounds.every(({ length }) => length === 0)) {
    return '–';
  }
  return [0, 1, 2].map((index) => formatted(median(rounds.map((each) => each[index] ?? 0)), 1)).join(' / ');
}
