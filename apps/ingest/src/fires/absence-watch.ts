import { AGENTS_BUCKET, INGEST_FIRES, SCHEDULE_FIRES, SCHEDULES_BUCKET } from '#contracts';
import { BucketWatch, JetStreamConnection } from '#jetstream';
import { ScheduleBook } from '#schedules';
import { MetricsRegistry } from '#telemetry';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ExpectedFires, type KnownPosition } from './expected-fires.js';
import { type OverdueSchedule, OverdueTable } from './overdue-table.js';

const EVERY_MS = 10_000;
/** A fire may be that late before somebody has to look. */
const GRACE_MS = 60_000;
/** Metrics name that many schedules at most; the table names all. */
const MAX_NAMED = 1_000;

/**
 * Notices schedules that did not run when they should have, also when all schedulers are dead: from the definitions, and
 * from the ledger that Postgres has. While either can't be read, or ingest is behind, nobody is accused.
 */
@Injectable()
export class AbsenceWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AbsenceWatch.name);
  private readonly expected = new ExpectedFires();
  private readonly watches: readonly BucketWatch[];
  private readonly gauge;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly table: OverdueTable,
    metrics: MetricsRegistry,
  ) {
    this.gauge = metrics.gauge({
      name: 'schedule_fires_overdue',
      help: 'Seconds since the first fire of a schedule that should have been decided and is not',
      labelNames: ['agent', 'schedule'],
    });
    const book = new ScheduleBook({
      changed: (key, schedule) => this.expected.set(key, schedule, Date.now()),
      leftOut: () => undefined, // schedulers say it
    });
    this.watches = [
      new BucketWatch(connection, AGENTS_BUCKET, book.ofAgents),
      new BucketWatch(connection, SCHEDULES_BUCKET, book.ofSchedules),
    ];
  }

  onApplicationBootstrap(): void {
    void this.begin();
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.watches.forEach((watch) => watch.stop());
  }

  /**
   * Looks once. Never rejects: what can't be read is looked at the next time.
   * @param nowMs milliseconds since the epoch
   */
  async look(nowMs: number): Promise<void> {
    try {
      if (await this.isBehind()) {
        return;
      }
      const positions = await this.table.positions();
      await this.compare(positions, nowMs);
    } catch (error) {
      this.logger.warn({ err: error }, 'Whether schedules are overdue could not be found out');
    }
  }

  private async begin(): Promise<void> {
    this.timer = setTimeout(() => undefined, 0);
    await Promise.all(this.watches.map((watch) => watch.read()));
    if (this.timer !== undefined) {
      this.lookLater();
    }
  }

  private lookLater(): void {
    const again = async (): Promise<void> => {
      await this.look(Date.now());
      if (this.timer !== undefined) {
        this.lookLater();
      }
    };
    this.timer = setTimeout(() => void again(), EVERY_MS).unref();
  }

  /** Whether the ledger has more than Postgres. */
  private async isBehind(): Promise<boolean> {
    const manager = await this.connection.manager();
    const { num_pending, num_ack_pending } = await manager.consumers.info(SCHEDULE_FIRES, INGEST_FIRES);
    return num_pending > 0 || num_ack_pending > 0;
  }

  private async compare(positions: readonly KnownPosition[], nowMs: number): Promise<void> {
    const known = new Map(positions.map((each) => [`${each.agent_name}.${each.schedule_name}`, each]));
    const overdue = this.expected.keys().flatMap((key) => {
      const sinceMs = this.expected.overdue(key, known.get(key), nowMs - GRACE_MS);
      const [agent = '', schedule = ''] = key.split('.');
      return sinceMs === undefined ? [] : [{ agent, schedule, since: new Date(sinceMs) }];
    });
    this.show(overdue, nowMs);
    await this.tell(overdue);
    const keys = new Set(overdue.map(({ agent, schedule }) => `${agent}.${schedule}`));
    const fine = positions.filter(
      ({ agent_name, schedule_name, overdue_since }) =>
        overdue_since !== null && !keys.has(`${agent_name}.${schedule_name}`),
    );
    if (fine.length > 0) {
      await this.table.clear(fine);
    }
  }

  private show(overdue: readonly OverdueSchedule[], nowMs: number): void {
    this.gauge.reset();
    for (const { agent, schedule, since } of overdue.slice(0, MAX_NAMED)) {
      this.gauge.set({ agent, schedule }, (nowMs - since.getTime()) / 1_000);
    }
  }

  private async tell(overdue: readonly OverdueSchedule[]): Promise<void> {
    const news = overdue.length === 0 ? new Set<string>() : await this.table.mark(overdue);
    for (const { agent, schedule, since } of overdue) {
      if (news.has(`${agent}.${schedule}`)) {
        this.logger.error({ agent, schedule, since }, 'A schedule did not run when it should have');
      }
    }
  }
}
