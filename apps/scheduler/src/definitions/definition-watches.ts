import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { AGENTS_BUCKET, LATER_RUNS_BUCKET, SCHEDULES_BUCKET } from '#contracts';
import { BucketWatch, JetStreamConnection } from '#jetstream';
import { ScheduleBook } from '#schedules';
import { LaterRunPlan } from '../plan/later-run-plan.js';
import { SchedulePlan } from '../plan/schedule-plan.js';

/** Keeps the plans as the buckets that define schedules and later runs say, for as long as the app lives. */
@Injectable()
export class DefinitionWatches implements OnModuleDestroy {
  private readonly logger = new Logger(DefinitionWatches.name);
  private readonly watches: readonly BucketWatch[];
  private isRead = false;

  constructor(
    private readonly connection: JetStreamConnection,
    plan: SchedulePlan,
    laterRuns: LaterRunPlan,
  ) {
    const book = new ScheduleBook({
      changed: (key, schedule) => plan.set(key, schedule),
      leftOut: (key, reason) => this.logger.error({ key, reason }, 'What stands in a bucket is left out'),
    });
    this.watches = [
      new BucketWatch(connection, AGENTS_BUCKET, book.ofAgents),
      new BucketWatch(connection, SCHEDULES_BUCKET, book.ofSchedules),
      new BucketWatch(connection, LATER_RUNS_BUCKET, laterRuns),
    ];
  }

  /** Whether changes arrive. */
  get isCurrent(): boolean {
    return this.isRead && this.connection.isConnected;
  }

  /** Resolves once all have been read, which may take for ever. */
  async read(): Promise<void> {
    await Promise.all(this.watches.map((watch) => watch.read()));
    this.isRead = true;
  }

  onModuleDestroy(): void {
    this.watches.forEach((watch) => watch.stop());
  }
}
