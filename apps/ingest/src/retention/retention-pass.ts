import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { RetentionDays } from './retention-days.js';
import type { RetentionMetrics } from './retention-metrics.js';

/** Partitions that exist before their month begins: so long may every ingest be away. */
const MONTHS_AHEAD = 3;
/** Rows of one statement, and of one transaction. */
const BATCH = 500;

const PARTITIONED = [
  ['agent_metrics', 'metrics'],
  ['agent_run_logs', 'logs'],
] as const;

type Partitioned = (typeof PARTITIONED)[number][0];

const MISSING_MONTHS = `
  SELECT to_char(month, 'YYYY-MM-DD') AS month
  FROM generate_series(0, $2::int) AS ahead,
    LATERAL (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + ahead * interval '1 month') AS begins (month)
  WHERE to_regclass('public.' || $1 || '_' || to_char(month, 'YYYYMM')) IS NULL
  ORDER BY month`;

/** From midnight to midnight UTC, so that what belongs together becomes too old together. */
const BEFORE = `(date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => $1::int)) AT TIME ZONE 'UTC'`;

/**
 * One look at all tables, on one connection. Each step is a transaction of its own that waits for a lock a fraction of
 * a second at most; a step that fails leaves the others to be done.
 */
export class RetentionPass {
  private readonly logger = new Logger(RetentionPass.name);
  private failures = 0;

  constructor(
    private readonly runner: QueryRunner,
    private readonly days: RetentionDays,
    private readonly metrics: RetentionMetrics,
    private readonly stopping: AbortSignal,
  ) {}

  /** @returns whether every step was done */
  async run(): Promise<boolean> {
    for (const [table] of PARTITIONED) {
      await this.step(table, () => this.makeAhead(table));
    }
    for (const [table, kind] of PARTITIONED) {
      const days = this.days[kind];
      if (days !== undefined) {
        await this.step(table, () => this.dropOld(table, days));
        await this.step(table, () => this.deleteFromDefault(table, days));
      }
    }
    await this.step('agent_metrics', () => this.summarize('agent_metrics'));
    const { runs } = this.days;
    if (runs !== undefined) {
      await this.step('agent_runs', () => this.deleteRuns(runs));
    }
    const { fires } = this.days;
    if (fires !== undefined) {
      await this.step('schedule_fires', () => this.deleteFires(fires));
    }
    return this.failures === 0 && !this.stopping.aborted;
  }

  private async step(table: string, work: () => Promise<void>): Promise<void> {
    if (this.stopping.aborted) {
      return;
    }
    try {
      await work();
    } catch (error) {
      this.failures += 1;
      this.metrics.failures.inc({ table });
      this.logger.warn({ err: error, table }, 'A step of retention failed and is tried again later');
    }
  }

  private async makeAhead(table: Partitioned): Promise<void> {
    const missing: { month: string }[] = await this.runner.query(MISSING_MONTHS, [table, MONTHS_AHEAD]);
    for (const { month } of missing) {
      const [row]: { made: boolean }[] = await this.runner.query(
        'SELECT agent_partition_create($1, $2) AS made',
        [table, month],
      );
      if (row?.made === true) {
        this.metrics.made.inc({ table });
        this.logger.log({ table, month }, 'Partition made');
      }
    }
  }

  /** Of what was written in the last hour, the index does not know yet which agents it is from. */
  private async summarize(table: Partitioned): Promise<void> {
    await this.runner.query('SELECT agent_partition_summarize($1)', [table]);
  }

  private async dropOld(table: Partitioned, days: number): Promise<void> {
    while (!this.stopping.aborted) {
      const [row]: { partition: string | null }[] = await this.runner.query(
        `SELECT agent_partition_drop_oldest($2, ${BEFORE}) AS partition`,
        [days, table],
      );
      if (typeof row?.partition !== 'string') {
        return;
      }
      this.metrics.dropped.inc({ table });
      this.logger.log({ table, partition: row.partition, days }, 'Partition dropped');
    }
  }

  private async deleteFromDefault(table: Partitioned, days: number): Promise<void> {
    const sql = `SELECT agent_partition_delete_default($3, ${BEFORE}, $2) AS deleted`;
    await this.deleteSome(table, days, sql, [table]);
  }

  private async deleteFires(days: number): Promise<void> {
    await this.deleteSome(
      'schedule_fires',
      days,
      `SELECT schedule_fires_delete_old(${BEFORE}, $2) AS deleted`,
    );
  }

  /** @param sql takes days and how many rows at most, then what else it is given, and says how many it has deleted */
  private async deleteSome(table: string, days: number, sql: string, values: string[] = []): Promise<void> {
    let total = 0;
    await this.inBatches(async () => {
      const [row]: { deleted: number }[] = await this.runner.query(sql, [days, BATCH, ...values]);
      const deleted = row?.deleted ?? 0;
      this.metrics.deleted.inc({ table }, deleted);
      total += deleted;
      return deleted === BATCH;
    });
    this.logDeleted(table, total, days);
  }

  private async deleteRuns(days: number): Promise<void> {
    const table = 'agent_runs';
    let total = 0;
    let afterId: string | null = '0';
    await this.inBatches(async () => {
      const [row]: { deleted: number; last_id: string | null }[] = await this.runner.query(
        `SELECT deleted, last_id FROM agent_runs_delete_old(${BEFORE}, $2, $3)`,
        [days, afterId, BATCH],
      );
      this.metrics.deleted.inc({ table }, row?.deleted ?? 0);
      total += row?.deleted ?? 0;
      afterId = row?.last_id ?? null;
      return afterId !== null;
    });
    this.logDeleted(table, total, days);
  }

  /** Half of the time is left to the live traffic. */
  private async inBatches(hasMore: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const beganAt = performance.now();
      if (this.stopping.aborted || !(await hasMore())) {
        return;
      }
      // An aborted pause is the end of the loop, not an error.
      await delay(performance.now() - beganAt, undefined, { signal: this.stopping }).catch(() => undefined);
    }
  }

  private logDeleted(table: string, rows: number, days: number): void {
    if (rows > 0) {
      this.logger.log({ table, rows, days }, 'Old rows deleted');
    }
  }
}
