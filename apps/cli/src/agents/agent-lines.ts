import { duration } from '../terminal/duration.js';
import { shortened } from '../terminal/shortened.js';
import { table } from '../terminal/table.js';
import type { Agent, AgentSchedule } from './agent-answers.js';

const LONGEST_DESCRIPTION = 60;

/** A line per agent. */
export function agentLines(agents: readonly Agent[]): string[] {
  const rows = agents.map((agent) => [
    agent.name,
    stateOf(agent),
    agent.isolation,
    agent.declared_schedules.map(ruleOf).join(', ') || '-',
    agent.statistics === null ? '?' : String(agent.statistics.last_7_days.success),
    agent.statistics === null ? '?' : String(agent.statistics.last_7_days.failed),
    shortened(agent.description, LONGEST_DESCRIPTION),
  ]);
  return table([
    ['AGENT', 'STATE', 'ISOLATION', 'SCHEDULES', 'SUCCESS 7 D', 'FAILED 7 D', 'DESCRIPTION'],
    ...rows,
  ]);
}

/** Whether an agent is run, in a few words. */
export function stateOf({ pause, breaker }: Agent): string {
  if (pause !== null) {
    return 'paused';
  }
  return breaker === null ? 'active' : `breaker ${breaker.state.replace('_', ' ')}`;
}

/** When a schedule fires. */
export function ruleOf({ cron, every_ms: everyMs, at, time_zone: zone }: AgentSchedule): string {
  return cron === null ? (at ?? `every ${duration(everyMs ?? 0)}`) : `${cron} ${zone}`;
}
