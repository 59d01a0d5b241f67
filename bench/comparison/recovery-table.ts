import { markdownTable } from '../support/markdown-table.js';
import { formatted, median, spread } from './figures.js';
import { CRASHED, type RecoveryResult } from './recovery-result.js';

const HEADINGS = [
  'kill -9 of',
  'runs/s before',
  'seconds until ≥ 90 % of that',
  'slowest run, request to commit, s',
];

/** One line for each process, with the medians of all rounds. */
export function recoveryTable(results: readonly RecoveryResult[]): string {
  return markdownTable(
    HEADINGS,
    CRASHED.map((crashed) => {
      const rounds = results.filter((result) => result.crashed === crashed);
      const seconds = rounds.flatMap((round) => (round.seconds === undefined ? [] : [round.seconds]));
      return [
        crashed,
        formatted(median(rounds.map(({ runsPerSecondBefore }) => runsPerSecondBefore))),
        seconds.length < rounds.length ? 'not within 24 s' : spread(seconds, 1),
        spread(
          rounds.map(({ slowestSeconds }) => slowestSeconds),
          1,
        ),
      ];
    }),
  );
}
