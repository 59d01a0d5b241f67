import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { inTransaction } from '../../writer/transaction.js';
import { KeptHistory } from './kept-history.js';
import { longQuery } from './long-query.js';
import {
  LOCK_METRIC_SUMMARIES,
  LOCK_RUN_SUMMARIES,
  METRIC_SUMMARY_DIFFERENCES,
  ROWS_WITHOUT_RUN,
  RECOUNT_METRIC_SUMMARIES,
  RECOUNT_RUN_SUMMARIES,
  RUN_SUMMARY_DIFFERENCES,
} from './summary-sql.js';

const BEGINNING = '-infinity';

/** A row of daily summaries that is not what the rows of runs or metrics add up to. */
export interface SummaryDifference {
  readonly agent_name: string;
  /** `2026-11-22`, UTC. */
  readonly day: string;
  /** null: of the agent's runs. */
  readonly metric_name: string | null;
}

/** Rows whose run is gone. */
export interface LostRows {
  readonly table_name: string;
  readonly run_id: string;
  readonly rows: string;
  /** How many such runs and tables there are in all. */
  readonly total: string;
}

/** Recounts the daily summaries from the rows, while live traffic goes on. */
@Injectable()
export class SummaryAudit {
  constructor(
    private readonly database: DatabaseConnection,
    private readonly kept: KeptHistory,
  ) {}

  /**
   * Each of the two statements sees rows and summaries as of one moment. As many rows as summaries that differ.
   * @param agent only of this one; of all when absent
   */
  async differences(agent?: string): Promise<SummaryDifference[]> {
    const { runsFromMs, metricsFromMs } = this.kept;
    const found = await inTransaction(this.database.dataSource, async (runner) => [
      ...(await longQuery<SummaryDifference>(runner, RUN_SUMMARY_DIFFERENCES, [
        agent ?? null,
        firstDay(runsFromMs),
      ])),
      ...(await longQuery<SummaryDifference>(runner, METRIC_SUMMARY_DIFFERENCES, [
        agent ?? null,
        firstDay(metricsFromMs),
      ])),
    ]);
    return found;
  }

  /**
   * Makes summaries what the rows add up to. A writer that counts a run at the same time waits, and adds to the new
   * numbers: nothing is lost or counted twice.
   */
  async recount(differences: readonly SummaryDifference[]): Promise<void> {
    for (const [agent, ofAgent] of Map.groupBy(differences, ({ agent_name }) => agent_name)) {
      const days = ofAgent.filter(({ metric_name }) => metric_name === null).map(({ day }) => day);
      if (days.length > 0) {
        await this.inTransaction(async (runner) => await recountRuns(runner, agent, days));
      }
      const metrics = ofAgent.filter(({ metric_name }) => metric_name !== null);
      if (metrics.length > 0) {
        await this.inTransaction(async (runner) => await recountMetrics(runner, agent, metrics));
      }
    }
  }

  /** The first of them. */
  async rowsWithoutRun(): Promise<LostRows[]> {
    return await this.inTransaction(
      async (runner) => await longQuery<LostRows>(runner, ROWS_WITHOUT_RUN, []),
    );
  }

  private async inTransaction<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    return await inTransaction(this.database.dataSource, work);
  }
}

async function recountRuns(runner: QueryRunner, agent: string, days: readonly string[]): Promise<void> {
  await runner.query(LOCK_RUN_SUMMARIES, [agent, days]);
  await longQuery(runner, RECOUNT_RUN_SUMMARIES, [agent, earliest(days), days]);
}

async function recountMetrics(
  runner: QueryRunner,
  agent: string,
  metrics: readonly SummaryDifference[],
): Promise<void> {
  const names = metrics.map(({ metric_name }) => metric_name);
  const days = metrics.map(({ day }) => day);
  await runner.query(LOCK_METRIC_SUMMARIES, [agent, names, days]);
  await longQuery(runner, RECOUNT_METRIC_SUMMARIES, [agent, earliest(days), names, days]);
}

function earliest(days: readonly string[]): string {
  return `${days.toSorted()[0]}T00:00:00Z`;
}

/** Retention removes whole days. */
function firstDay(fromMs: number): string {
  return fromMs === -Infinity ? BEGINNING : new Date(fromMs).toISOString();
}
