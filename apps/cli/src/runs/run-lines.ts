import { span } from '../terminal/duration.js';
import { printable } from '../terminal/printable.js';
import { awaySection, jsonSection, section } from '../terminal/section.js';
import { table } from '../terminal/table.js';
import { reasonText } from './reason-text.js';
import type { Run, RunDetail, RunWaiting } from './run-answers.js';

/** The lines that tell people everything about a run but its log. */
export function runLines(run: RunDetail, waiting: RunWaiting | undefined, result: unknown): string[] {
  const { input, metrics, unavailable } = run;
  return [
    ...table(factsOf(run)),
    ...(waiting === undefined ? [] : waitingLines(waiting)),
    ...attemptLines(run),
    ...section(
      'METRICS',
      Object.entries(metrics).map(([name, value]) => [name, String(value)]),
    ),
    ...section(
      'TIME LINE',
      run.time_line.map((entry) => [
        entry.at,
        entry.event,
        entry.attempt === null ? '' : `attempt ${entry.attempt}`,
        entry.detail ?? '',
      ]),
    ),
    ...jsonSection('INPUT', input),
    ...jsonSection('RESULT', result),
    ...awaySection(unavailable),
  ];
}

function factsOf(run: RunDetail): string[][] {
  const { status, failure_reason: reason, error_message: error, schedule, scheduled_for: nominal } = run;
  const fire = [schedule ?? '', nominal === null ? '' : `due ${nominal}`].filter((part) => part !== '');
  return [
    ['RUN', String(run.run_id ?? 'not stored yet')],
    ['REQUEST', run.request_id],
    ['AGENT', run.agent],
    ['STATUS', reason === null || reason === status ? status : `${status}: ${reason}`],
    ...(error === null ? [] : [['ERROR', error]]),
    ...progressOf(run),
    ['TRIGGER', [run.trigger, ...fire].join(' ')],
    ['REQUESTED', run.requested_at],
    ...(run.started_at === null ? [] : [['STARTED', run.started_at]]),
    ...(run.finished_at === null ? [] : [['FINISHED', run.finished_at]]),
    ...(run.started_at === null || run.finished_at === null
      ? []
      : [['TOOK', span(run.started_at, run.finished_at)]]),
    ...(run.executor === null ? [] : [['EXECUTOR', run.executor]]),
  ];
}

function progressOf({ status, progress, progress_message: message }: Run): string[][] {
  return status === 'running' && progress !== null
    ? [['PROGRESS', `${Math.round(progress)} % ${message ?? ''}`]]
    : [];
}

function waitingLines({ is_waiting: isWaiting, reasons, unknown }: RunWaiting): string[] {
  if (!isWaiting) {
    return [];
  }
  const known = reasons.map((reason) => `  ${reasonText(reason)}`);
  return ['', 'WHY IT WAITS', ...known, ...unknown.map((text) => `  not known: ${printable(text)}`)];
}

function attemptLines({ attempts }: RunDetail): string[] {
  const rows = attempts.map((each) => [
    String(each.attempt),
    each.reason,
    span(each.started_at, each.finished_at),
    each.executor ?? '-',
    each.error_message ?? '',
  ]);
  return section(
    'FAILED ATTEMPTS',
    rows.length === 0 ? [] : [['ATTEMPT', 'REASON', 'TOOK', 'EXECUTOR', 'ERROR'], ...rows],
  );
}
