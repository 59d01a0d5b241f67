import type { DifferenceKind, ProofReport } from '#contracts';
import { table } from '../terminal/table.js';

const REPLAY = 'npx agent-platform replay';

/** What restores what. */
const REMEDIES: Record<DifferenceKind, string> = {
  run: `${REPLAY}, or ${REPLAY} --run <request_id>`,
  status: `${REPLAY}, or ${REPLAY} --run <request_id>`,
  metrics: `${REPLAY}, or ${REPLAY} --run <request_id>`,
  attempt: `${REPLAY}, or ${REPLAY} --run <request_id>`,
  log: `${REPLAY}, or ${REPLAY} --run <request_id>`,
  summary: 'npx agent-platform prove --repair recounts it from the rows, and so does a replay',
  row_without_run: 'delete these rows as the owner of the tables, or restore their runs from a backup',
  dead_letter: REPLAY,
  message: 'look at it with nats stream get; it is what no version of the platform has sent',
};

/** The lines that tell people whether streams and tables agree. */
export function proveLines(report: ProofReport): string[] {
  const { first_sequence, last_sequence, not_written_yet, difference_count, summaries_repaired } = report;
  return [
    difference_count === 0 ? 'Proven.' : `Not proven: ${difference_count} differences.`,
    '',
    `RUN_EVENTS ${first_sequence} to ${last_sequence}${not_written_yet > 0 ? `; ${not_written_yet} messages after that are not written yet` : ''}`,
    ...historyLine(report),
    `published ${report.published} = ${sum(report)}`,
    ...(summaries_repaired > 0 ? [`${summaries_repaired} daily summaries were recounted`] : []),
    ...differenceLines(report),
  ];
}

function sum({ stored, duplicates, dead_letters, expired, missing }: ProofReport): string {
  const parts = [`stored ${stored}`, `duplicates ${duplicates}`, `dead letters ${dead_letters}`];
  return [
    ...parts,
    ...(expired > 0 ? [`expired ${expired}`] : []),
    ...(missing > 0 ? [`missing ${missing}`] : []),
  ].join(' + ');
}

function historyLine({ history_begins }: ProofReport): string[] {
  return history_begins !== undefined
    ? [`The stream begins at ${history_begins}: what came before is not compared with it`]
    : [];
}

function differenceLines({ differences, difference_count }: ProofReport): string[] {
  if (difference_count === 0) {
    return [];
  }
  const kinds = [...new Set(differences.map(({ kind }) => kind))];
  const unnamed = difference_count - differences.length;
  return [
    '',
    ...table([
      ['KIND', 'OF', 'DIFFERENCE'],
      ...differences.map(({ kind, of, detail }) => [kind, of, detail]),
    ]),
    ...(unnamed > 0 ? [`and ${unnamed} more`] : []),
    '',
    'What to do:',
    ...kinds.map((kind) => `  ${kind}: ${REMEDIES[kind]}`),
  ];
}
