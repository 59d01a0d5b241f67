import { type AgentMetric, DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import { AgentMetrics } from './agent-metrics.js';
import type { MetricPage, MetricReading } from './metric-page.js';
import type { MetricQuery } from './metric-query.js';
import { metricSelect } from './metric-select.js';

/** As text: a Date has no microseconds. */
const END_OF_RUN = 'SELECT finished_at::text AS "end" FROM agent_runs WHERE id = $1';

/** Reads stored metrics, newest first. */
@Injectable()
export class MetricReader {
  constructor(private readonly database: DatabaseConnection) {}

  /** @throws DatabaseUnavailableException, or what Postgres throws when it is away */
  async read(query: MetricQuery): Promise<MetricPage> {
    const rows = await this.select(query);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      metrics: page.map(readingOf),
      next_cursor: rows.length > query.limit && last !== undefined ? String(last.id) : null,
    };
  }

  /** Pages by id: it only grows, whatever comes late. */
  private async select(query: MetricQuery): Promise<AgentMetric[]> {
    if (query.run_id !== undefined) {
      return this.ofRun(query, query.run_id);
    }
    const { dataSource } = this.database;
    return query.agent_name === undefined
      ? metricSelect(dataSource, query).orderBy('metric.id', 'DESC').getMany()
      : new AgentMetrics(dataSource, query.agent_name).read(query);
  }

  /** All metrics of a run have the time of its end, so one partition is enough. */
  private async ofRun(query: MetricQuery, runId: number): Promise<AgentMetric[]> {
    const { dataSource } = this.database;
    const [run]: { end: string | null }[] = await dataSource.query(END_OF_RUN, [runId]);
    if (typeof run?.end !== 'string') {
      return [];
    }
    return metricSelect(dataSource, query)
      .andWhere('metric.recordedAt = :end', { end: run.end })
      .orderBy('metric.id', 'DESC')
      .getMany();
  }
}

function readingOf(metric: AgentMetric): MetricReading {
  return {
    id: metric.id,
    run_id: metric.runId,
    agent_name: metric.agentName,
    metric_name: metric.metricName,
    metric_value: metric.metricValue === null ? null : Number(metric.metricValue),
    metric_text: metric.metricText,
    recorded_at: metric.recordedAt.toISOString(),
  };
}
