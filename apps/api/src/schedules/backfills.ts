import { randomUUID } from 'node:crypto';
import {
  type BackfillReport,
  type BackfillSchedule,
  type JobStarted,
  jobSubject,
  type ScheduleDefinition,
  scheduleKey,
} from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { ConflictException, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Subscription } from '@nats-io/transport-node';
import { problemOf } from '../commands/problem-of.js';
import { BackfillJob } from './backfill-job.js';
import { backfillReport, BackfillSlots, type Slot } from './backfill-slots.js';
import { BackfillWork } from './backfill-work.js';
import { ScheduleWatch } from './schedule-watch.js';

/** A backfill goes on without being asked about; what it came to can be asked for so long. */
const REMEMBERED_MS = 3_600_000;
const QUEUE = 'api';

/** Begins backfills, one per schedule, says how far they are and ends them. */
@Injectable()
export class Backfills implements OnModuleDestroy {
  private readonly logger = new Logger(Backfills.name);
  private readonly running = new Map<string, { job: BackfillJob; work: Promise<void> }>();
  private readonly questions = new Set<Subscription>();

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly schedules: ScheduleWatch,
    private readonly slots: BackfillSlots,
    private readonly work: BackfillWork,
  ) {}

  /** @throws ContractViolation, NotFoundException, ConflictException, or what NATS and Postgres throw */
  async start(command: BackfillSchedule): Promise<JobStarted | BackfillReport> {
    const key = scheduleKey(command.agent, command.schedule);
    const { definition } = await this.schedules.get(key);
    const slots = await this.slots.of(definition, command);
    const empty = await this.slots.empty(definition, slots);
    if (command.dry_run === true) {
      return backfillReport(definition, slots, empty, true);
    }
    if (this.running.has(key)) {
      throw new ConflictException(`A backfill of ${key} is at work: ${this.running.get(key)?.job.id}`);
    }
    const job = new BackfillJob(randomUUID(), backfillReport(definition, slots, empty, false));
    this.listenTo(job);
    const work = this.run(job, definition, empty, command.at_once).finally(() => this.running.delete(key));
    this.running.set(key, { job, work });
    this.logger.log({ schedule: key, by: command.by, fires: empty.length }, 'A backfill was begun');
    return { job_id: job.id, lease_ms: REMEMBERED_MS };
  }

  /** Ends what runs, each after the fires in hand. */
  async onModuleDestroy(): Promise<void> {
    this.questions.forEach((each) => each.unsubscribe());
    this.running.forEach(({ job }) => job.stop('The api service was stopped'));
    await Promise.allSettled([...this.running.values()].map(({ work }) => work));
  }

  private async run(
    job: BackfillJob,
    definition: ScheduleDefinition,
    empty: readonly Slot[],
    atOnce: number,
  ): Promise<void> {
    try {
      await this.work.fill(job, definition, empty, atOnce);
      job.end();
    } catch (error) {
      job.fail(problemOf(error).detail);
      this.logger.error({ err: error, job: job.id }, 'A backfill has failed');
    }
  }

  private listenTo(job: BackfillJob): void {
    const subscription = this.connection.nats.subscribe(jobSubject(job.id, '*'), {
      queue: QUEUE,
      callback: (error, message) => {
        if (error === null) {
          if (message.subject === jobSubject(job.id, 'stop')) {
            job.stop('Somebody stopped it');
          }
          message.respond(JSON.stringify(Object.assign(job.status(), { ok: true })));
        }
      },
    });
    this.questions.add(subscription);
    setTimeout(() => this.forget(subscription, job), REMEMBERED_MS).unref();
  }

  private forget(subscription: Subscription, job: BackfillJob): void {
    if (job.isOver) {
      this.questions.delete(subscription);
      subscription.unsubscribe();
    } else {
      setTimeout(() => this.forget(subscription, job), REMEMBERED_MS).unref();
    }
  }
}
