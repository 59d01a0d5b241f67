import { ruleOf } from '../agents/agent-lines.js';
import { duration } from '../terminal/duration.js';
import { awaySection, jsonSection } from '../terminal/section.js';
import { shortened } from '../terminal/shortened.js';
import { table } from '../terminal/table.js';
import type { Fire, LastFire, LaterRun, Preview, Schedule, ScheduleDetail } from './schedule-answers.js';

const LONGEST_REASON = 80;
const MOST_NAMED = 3;

/** Schedules, one a line. */
export function scheduleLines(schedules: readonly Schedule[]): string[] {
  const rows = schedules.map((each) => [
    each.agent,
    each.name,
    ruleOf(each),
    stateOf(each),
    each.source,
    each.next_fire ?? '-',
    lastOf(each.last_fire),
  ]);
  return table([['AGENT', 'SCHEDULE', 'RULE', 'STATE', 'SOURCE', 'NEXT FIRE', 'LAST FIRE'], ...rows]);
}

/** Everything about one schedule. */
export function scheduleDetailLines(schedule: ScheduleDetail): string[] {
  const { pause, last_fire: last, missed_fires: missed, overlap } = schedule;
  const made = schedule.made_by === null ? '' : ` by ${schedule.made_by}`;
  return [
    ...table([
      ['AGENT', schedule.agent],
      ['SCHEDULE', schedule.name],
      ['STATE', stateOf(schedule)],
      ...(pause === null
        ? []
        : [
            [
              'PAUSED',
              `${pause.at ?? ''} by ${pause.by ?? 'somebody'}: ${pause.reason ?? 'no reason given'}`,
            ],
          ]),
      ['RULE', ruleOf(schedule)],
      ...(schedule.from === null ? [] : [['COUNTED FROM', schedule.from]]),
      ['SOURCE', schedule.source === 'code' ? 'the code of its agent' : `made at run time${made}`],
      ['MISSED FIRES', `${missed}, within ${duration(schedule.missed_window_ms)}${missedMax(schedule)}`],
      ['OVERLAP', overlap === 'queue' ? `queue, at most ${schedule.queue_max}` : overlap],
      ['NEXT FIRE', schedule.next_fire ?? '-'],
      ['LAST FIRE', lastOf(last)],
      ...(last?.reason == null ? [] : [['', last.reason]]),
      ...(last?.request_id == null ? [] : [['ITS RUN', String(last.run_id ?? last.request_id)]]),
      ['DECIDED UNTIL', schedule.decided_until ?? '-'],
      ...(schedule.overdue_since === null ? [] : [['OVERDUE SINCE', schedule.overdue_since]]),
    ]),
    ...jsonSection('INPUT', schedule.input),
    ...awaySection(schedule.unavailable),
  ];
}

/** The ledger, one row a line. */
export function fireLines(fires: readonly Fire[]): string[] {
  const rows = fires.map((fire) => [
    fire.agent,
    fire.schedule,
    fire.scheduled_for,
    fire.fires === 1
      ? fire.outcome
      : `${fire.outcome}, ${fire.fires} fires until ${fire.scheduled_until ?? ''}`,
    fire.request_id === null ? '-' : String(fire.run_id ?? fire.request_id),
    fire.run_status ?? '-',
    shortened(fire.reason ?? '', LONGEST_REASON),
  ]);
  return table([['AGENT', 'SCHEDULE', 'FIRE', 'OUTCOME', 'RUN', 'STATUS', 'REASON'], ...rows]);
}

/** Fires to come, one a line. */
export function previewLines({ time_zone, fires }: Preview): string[] {
  const rows = fires.map(({ at, local, mark, also, also_count: count }) => {
    const named = also.slice(0, MOST_NAMED).join(', ');
    const rest = count > MOST_NAMED ? ` and ${count - MOST_NAMED} more` : '';
    return [at, local, mark?.replaceAll('_', ' ') ?? '', named + rest];
  });
  return table([['UTC', time_zone, 'CLOCKS', 'WITH'], ...rows]);
}

/** Runs that begin later, one a line. */
export function laterRunLines(runs: readonly LaterRun[]): string[] {
  const rows = runs.map((run) => [run.run_at, run.agent, run.request_id, run.priority, run.asked_by ?? '-']);
  return table([['BEGINS', 'AGENT', 'REQUEST', 'PRIORITY', 'ASKED BY'], ...rows]);
}

function stateOf({ state, overdue_since: overdue }: Schedule): string {
  return overdue === null ? state : `${state}, overdue`;
}

function missedMax({ missed_fires: missed, missed_max: most }: Schedule): string {
  return missed === 'all' ? `, at most ${most}` : '';
}

function lastOf(fire: LastFire | null): string {
  if (fire === null) {
    return '-';
  }
  const run = fire.run_status === null ? '' : `: ${fire.run_status}`;
  return `${fire.scheduled_for} ${fire.outcome}${run}`;
}
