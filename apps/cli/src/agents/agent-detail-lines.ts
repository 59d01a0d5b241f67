import { duration } from '../terminal/duration.js';
import { awaySection, jsonSection, section } from '../terminal/section.js';
import { table } from '../terminal/table.js';
import type { AgentDetail, Figures } from './agent-answers.js';
import { ruleOf, stateOf } from './agent-lines.js';

/** Everything about one agent. */
export function agentDetailLines(agent: AgentDetail): string[] {
  const { limits, schedules, statistics } = agent;
  return [
    ...table(factsOf(agent)),
    ...section(
      'LIMITS',
      Object.entries(limits).map(([name, value]) => [name, String(value ?? '-')]),
    ),
    ...scheduleLines(schedules),
    ...(statistics === null
      ? []
      : section('RUNS', [
          ['PERIOD', 'RUNS', 'SUCCESS', 'FAILED', 'CANCELLED', 'MEAN', 'LONGEST'],
          ['since yesterday', ...figuresOf(statistics.since_yesterday)],
          ['7 days', ...figuresOf(statistics.last_7_days)],
        ])),
    ...jsonSection('INPUT SCHEMA', agent.input_schema),
    ...awaySection(agent.unavailable),
  ];
}

function factsOf(agent: AgentDetail): string[][] {
  const { pause, breaker } = agent;
  return [
    ['AGENT', agent.name],
    ['DESCRIPTION', agent.description],
    ['STATE', stateOf(agent)],
    ...(pause === null
      ? []
      : [['PAUSED', `${pause.at ?? ''} by ${pause.by ?? 'somebody'}: ${pause.reason ?? 'no reason given'}`]]),
    ...(breaker === null
      ? []
      : [['BREAKER', `${breaker.failures} failures, until ${breaker.open_until}: ${breaker.last_error}`]]),
    ['ISOLATION', agent.isolation],
    ['EXECUTORS', `${agent.executors ?? 'not known'} of group ${agent.group}`],
  ];
}

function scheduleLines(schedules: AgentDetail['schedules']): string[] {
  const rows = (schedules ?? []).map((each) => [
    each.name,
    ruleOf(each),
    each.is_paused ? 'paused' : 'active',
    each.source,
    each.next_fire ?? '-',
  ]);
  return rows.length === 0
    ? []
    : section('SCHEDULES', [['SCHEDULE', 'RULE', 'STATE', 'SOURCE', 'NEXT FIRE'], ...rows]);
}

function figuresOf(figures: Figures): string[] {
  const { runs, success, failed, cancelled, duration_ms_mean: mean, duration_ms_max: longest } = figures;
  return [
    ...[runs, success, failed, cancelled].map(String),
    ...[mean, longest].map((ms) => (ms === null ? '-' : duration(ms))),
  ];
}
