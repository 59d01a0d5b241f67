import type { CatalogueEntry, ListedSchedule } from '#contracts';
import type { AgentStanding } from '../agents/agent-standing.js';
import type { StatisticsOfAgent } from './agent-statistics.js';
import type {
  AgentLimits,
  AgentScheduleView,
  AgentView,
  BreakerView,
  OwnScheduleView,
} from './agent-view.js';

type Declaration = CatalogueEntry['declaration'];

/** @param nowMs milliseconds since the epoch */
export function viewOfAgent(
  { group, declaration }: CatalogueEntry,
  { pause, breaker }: AgentStanding,
  statistics: StatisticsOfAgent | undefined,
  nowMs: number,
): AgentView {
  const { name, description, isolation, schedules } = declaration;
  return {
    name,
    description,
    group,
    isolation,
    limits: limitsOf(declaration),
    declared_schedules: schedules.map(({ everyMs, timeZone, ...schedule }) =>
      scheduleOf({ ...schedule, every_ms: everyMs, time_zone: timeZone }),
    ),
    pause:
      pause === undefined
        ? null
        : { at: pause.at ?? null, by: pause.by ?? null, reason: pause.reason ?? null },
    breaker: breaker === undefined ? null : breakerView(breaker, nowMs),
    statistics: statistics ?? null,
  };
}

export function viewOfSchedule(schedule: ListedSchedule): OwnScheduleView {
  const { source, paused, next_fire } = schedule;
  return { ...scheduleOf(schedule), source, is_paused: paused !== null, next_fire };
}

function scheduleOf(schedule: {
  name: string;
  cron?: string | undefined;
  every_ms?: number | undefined;
  at?: string | undefined;
  time_zone: string;
}): AgentScheduleView {
  const { name, cron, every_ms, at, time_zone } = schedule;
  return { name, cron: cron ?? null, every_ms: every_ms ?? null, at: at ?? null, time_zone };
}

function limitsOf(declaration: Declaration): AgentLimits {
  return {
    concurrency: declaration.concurrency,
    concurrency_per_executor: declaration.concurrencyPerExecutor ?? null,
    attempt_limit: declaration.attemptLimit,
    time_limit_ms: declaration.timeLimitMs,
    kill_grace_ms: declaration.killGraceMs,
    retry_delay_ms: declaration.retryDelayMs,
    memory_limit_mb: declaration.memoryLimitMb,
    breaker_failures: declaration.breakerFailures,
    breaker_pause_ms: declaration.breakerPauseMs,
  };
}

function breakerView(breaker: NonNullable<AgentStanding['breaker']>, nowMs: number): BreakerView {
  const { open_until, failures, last_error } = breaker;
  const state = Date.parse(open_until) > nowMs ? 'open' : 'half_open';
  return { state, open_until, failures, last_error };
}
