import type { JobStatus, ReplayReport } from '#contracts';
import { table } from '../terminal/table.js';
import type { ReplayOptions } from './replay-options.js';

/** The lines that tell people what a replay has restored, or would. */
export function replayLines(report: ReplayReport): string[] {
  const { dry_run, first_sequence, last_sequence, messages, events, unreadable, unreadable_messages } =
    report;
  const named = unreadable_messages.map(
    ({ stream, sequence, reason }) => `  ${stream} ${sequence}: ${reason}`,
  );
  const more = unreadable > named.length ? [`  and ${unreadable - named.length} more`] : [];
  return [
    `Read ${messages} messages of RUN_EVENTS, ${first_sequence} to ${last_sequence}, with ${events} events.`,
    ...historyLines(report),
    '',
    ...table([[dry_run ? 'WOULD BE RESTORED' : 'RESTORED', 'ROWS'], ...restoredRows(report)]),
    ...(unreadable === 0 ? [] : ['', `${unreadable} could not be understood or stored:`, ...named, ...more]),
    ...(dry_run ? ['', 'Nothing was changed: this was a dry run.'] : []),
  ];
}

/** How to go on with a replay that came to no end. */
export function resumeLine(options: ReplayOptions, status: JobStatus | undefined): string {
  const words = [
    ...(options.run === undefined ? ['--from-sequence', String(status?.next_sequence ?? 1)] : []),
    ...(options.run === undefined ? [] : ['--run', options.run]),
    ...(options.toSequence === undefined ? [] : ['--to-sequence', String(options.toSequence)]),
    ...(options.toTime === undefined ? [] : ['--to-time', options.toTime]),
    ...(options.rate === undefined ? [] : ['--rate', String(options.rate)]),
    ...(options.dryRun === true ? ['--dry-run'] : []),
  ];
  return `What was restored stays. Go on with: npx agent-platform replay ${words.join(' ')}`;
}

function restoredRows(report: ReplayReport): string[][] {
  return [
    ['runs that were missing', report.runs_added],
    ['runs that had missed events', report.runs_changed],
    ['metrics', report.metrics_added],
    ['attempts', report.attempts_added],
    ['log lines', report.log_lines_added],
    ['dead letters', report.dead_letters_added],
    ['daily summaries, recounted', report.summaries_recounted],
  ].map(([what, rows]) => [String(what), String(rows)]);
}

function historyLines({ history_begins, events_expired }: ReplayReport): string[] {
  return [
    ...(history_begins !== undefined
      ? [`The stream begins at ${history_begins}: what happened before that can not be restored from it.`]
      : []),
    ...(events_expired > 0
      ? [`${events_expired} events are of runs older than what is kept, and were left out.`]
      : []),
  ];
}
