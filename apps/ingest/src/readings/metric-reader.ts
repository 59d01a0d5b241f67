import { utcTimestamp } from '#contracts';
import { AgentMetric, DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import type { MetricPage, MetricReading } from './metric-page.js';
import type { MetricQuery } from './metric-query.js';
import type { SelectQueryBuilder } from 'typeorm';

/** So many metrics are looked through in a few hundredths of a second. */
const NEWEST = 50_000;
const AMONG_THE_NEWEST = `metric.id >= coalesce(:cursor::bigint, (SELECT max(id) FROM agent_metrics)) - ${NEWEST}`;

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

  /** One row more than the page, to know whether another follows. Pages by id: it only grows, whatever comes late. */
  private async select(query: MetricQuery): Promise<AgentMetric[]> {
    if (query.agent_name === undefined || query.run_id !== undefined) {
      return await this.byId(query).getMany();
    }
    const newest = await this.byId(query)
      .andWhere(AMONG_THE_NEWEST, { cursor: query.cursor ?? null })
      .getMany();
    // An agent that runs all the time is found there. Of one that does not, a walk by id could pass by all others.
    return newest.length > query.limit ? newest : await this.byAgent(query).getMany();
  }

  private byId(query: MetricQuery): SelectQueryBuilder<AgentMetric> {
    return this.filtered(query).orderBy('metric.id', 'DESC');
  }

  /** The same order; as an expression, it keeps Postgres from the index of ids. */
  private byAgent(query: MetricQuery): SelectQueryBuilder<AgentMetric> {
    return this.filtered(query).addSelect('metric.id + 0', 'place').orderBy('place', 'DESC');
  }

  private filtered(query: MetricQuery): SelectQueryBuilder<AgentMetric> {
    const select = this.database.dataSource
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
