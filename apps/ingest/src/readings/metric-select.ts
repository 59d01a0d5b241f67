import { utcTimestamp } from '#contracts';
import { AgentMetric } from '#database';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { MetricQuery } from './metric-query.js';

/** The metrics that a query asks for, in no order: one more than its page holds, to know whether another follows. */
export function metricSelect(source: DataSource, query: MetricQuery): SelectQueryBuilder<AgentMetric> {
  const select = source
    .getRepository(AgentMetric)
    .createQueryBuilder('metric')
    .limit(query.limit + 1);
  const conditions: [condition: string, name: string, value: unknown][] = [
    ['metric.agentName = :agent', 'agent', query.agent_name],
    ['metric.metricName = :name', 'name', query.metric_name],
    ['metric.runId = :run', 'run', query.run_id],
    ['metric.recordedAt >= :from', 'from', utcTimestamp(query.from)],
    ['metric.recordedAt < :to', 'to', utcTimestamp(query.to)],
    ['metric.id < :cursor', 'cursor', query.cursor],
  ];
  for (const [condition, name, value] of conditions) {
    if (value !== undefined) {
      select.andWhere(condition, { [name]: value });
    }
  }
  return select;
}
