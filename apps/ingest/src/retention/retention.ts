import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DatabaseConnection } from '#database';
import type { QueryRunner } from 'typeorm';
import type { RetentionDays } from './retention-days.js';
import { RetentionMetrics } from './retention-metrics.js';
import { RetentionPass } from './retention-pass.js';
import { TrustedSessions } from '../writer/trusted-sessions.js';

/** Any number, the same for every ingest. */
const LOCK_KEY = 7_305_171_131;
/** How often it is looked whether a pass is due, and how soon one that failed is tried again. */
const LOOK_EVERY_MS = 60_000;
const PASS_EVERY_MS = 3_600_000;

/** Injection token of the `RetentionDays`. */
export const RETENTION_DAYS = Symbol('RETENTION_DAYS');

/**
 * Makes the partitions of the months to come, and removes what is older than it is to be kept: whole partitions of
 * metrics and logs, then the runs that they belonged to, and what became of schedules' fires. Daily summaries stay. Of several replicas one works at a time.
 */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Retention.name);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<unknown> | undefined;
  private dueAtMs = 0;

  constructor(
    private readonly database: DatabaseConnection,
    @Inject(RETENTION_DAYS) private readonly days: RetentionDays,
    private readonly metrics: RetentionMetrics,
    private readonly sessions: TrustedSessions,
  ) {}

  onApplicationBootstrap(): void {
    this.look();
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.underWay;
  }

  /**
   * Looks at all tables once, unless another replica does so.
   * @returns whether nothing is left to be tried again
   * @throws what `pg` or TypeORM throws when the database is away
   */
  async pass(): Promise<boolean> {
    const runner = this.database.dataSource.createQueryRunner();
    try {
      // Runs are deleted when nothing of theirs is left: to look for it again takes longer than all the rest.
      await this.sessions.trust(runner);
      const [lock]: { taken: boolean }[] = await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [
        LOCK_KEY,
      ]);
      if (lock?.taken !== true) {
        return true;
      }
      return await this.passLocked(runner);
    } finally {
      await runner.release();
    }
  }

  private async passLocked(runner: QueryRunner): Promise<boolean> {
    try {
      return await new RetentionPass(runner, this.days, this.metrics, this.stopping.signal).run();
    } finally {
      // The connection goes back to the pool, and would keep the lock. One that is broken has lost it.
      await runner.query('SELECT pg_advisory_unlock($1)', [LOCK_KEY]);
    }
  }

  private look(): void {
    if (this.underWay === undefined && Date.now() >= this.dueAtMs && this.database.isConnected) {
      this.underWay = this.passSafely().finally(() => {
        this.underWay = undefined;
      });
    }
  }

  private async passSafely(): Promise<void> {
    try {
      const isDone = await this.pass();
      this.dueAtMs = isDone ? Date.now() + PASS_EVERY_MS : 0;
    } catch (error) {
      this.logger.warn({ err: error }, 'Retention did not come to its end');
    }
  }
}
