import { setTimeout as delay } from 'node:timers/promises';
import {
  backfillSubject,
  executorConsumer,
  type LedgerEntry,
  requestSubject,
  RUN_PRIORITIES,
  RUN_REQUESTS,
  type RunRequest,
  type ScheduleDefinition,
} from '#contracts';
import { BrokerUnavailableException, JetStreamConnection, Publisher, StreamFullException } from '#jetstream';
import { timingOf } from '#schedules';
import { Injectable, Logger } from '@nestjs/common';
import type { BackfillJob } from './backfill-job.js';
import { BackfillSlots, type Slot } from './backfill-slots.js';

const LOOK_EVERY_MS = 250;
const RETRY_MS = 1_000;

/** Fills in fires a few at a time, and only while nothing else waits for the agent. */
@Injectable()
export class BackfillWork {
  private readonly logger = new Logger(BackfillWork.name);

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly publisher: Publisher,
    private readonly slots: BackfillSlots,
  ) {}

  /** @throws what Postgres throws, and PublishRefusedException; what is filled in by then stays */
  async fill(
    job: BackfillJob,
    definition: ScheduleDefinition,
    empty: readonly Slot[],
    atOnce: number,
  ): Promise<void> {
    for (let from = 0; from < empty.length; from += atOnce) {
      await this.untilQueueIsEmpty(job, definition.agent);
      if (job.signal.aborted) {
        return;
      }
      const some = empty.slice(from, from + atOnce);
      // Somebody else may have filled them in since.
      const left = await this.slots.empty(definition, some);
      await this.patiently(job, async () => await this.publish(definition, left));
      job.done += some.length;
    }
  }

  /** The request first: its id makes it harmless to repeat, and a slot without an entry counts as empty. */
  private async publish(definition: ScheduleDefinition, slots: readonly Slot[]): Promise<void> {
    const { agent, name, input } = definition;
    for (const { scheduledFor, requestId } of slots) {
      const request: RunRequest = {
        trigger: 'schedule',
        schedule: name,
        scheduled_for: scheduledFor,
        ...(input != null && { input }),
      };
      await this.publisher.publish(requestSubject(agent), JSON.stringify(request), { messageId: requestId });
    }
    if (slots.length > 0) {
      await this.publisher.publish(backfillSubject(agent, name), JSON.stringify(entryOf(definition, slots)));
    }
  }

  private async untilQueueIsEmpty(job: BackfillJob, agent: string): Promise<void> {
    while (!job.signal.aborted) {
      const waiting = await this.waiting(agent);
      if (waiting === 0) {
        job.waitsFor = undefined;
        return;
      }
      job.waitsFor =
        waiting === undefined
          ? 'an executor of the agent, or NATS'
          : `${waiting} other requests of the agent`;
      await delay(LOOK_EVERY_MS, undefined, { signal: job.signal }).catch(() => undefined);
    }
  }

  /** Requests that no executor has taken; nothing when that can't be told. */
  private async waiting(agent: string): Promise<number | undefined> {
    try {
      const manager = await this.connection.manager();
      const lanes = RUN_PRIORITIES.map(async (priority) => {
        return await manager.consumers.info(RUN_REQUESTS, executorConsumer(agent, priority));
      });
      return (await Promise.all(lanes)).reduce((sum, { num_pending }) => sum + num_pending, 0);
    } catch {
      return undefined;
    }
  }

  private async patiently(job: BackfillJob, work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        job.waitsFor = undefined;
        return;
      } catch (error) {
        const mayWork = error instanceof BrokerUnavailableException || error instanceof StreamFullException;
        if (!mayWork || job.signal.aborted) {
          throw error;
        }
        this.logger.warn({ err: error, job: job.id }, 'A backfill waits for NATS');
        job.waitsFor = 'NATS';
        await delay(RETRY_MS, undefined, { signal: job.signal }).catch(() => undefined);
      }
    }
  }
}

function entryOf(definition: ScheduleDefinition, slots: readonly Slot[]): LedgerEntry {
  return {
    agent: definition.agent,
    schedule: definition.name,
    fires: slots.map(({ scheduledFor, requestId }) => ({
      scheduled_for: scheduledFor,
      outcome: 'backfilled',
      request_id: requestId,
    })),
    until: slots.at(-1)!.scheduledFor,
    timing: timingOf(definition),
    decided_at: new Date().toISOString(),
    decided_by: 'api',
  };
}
