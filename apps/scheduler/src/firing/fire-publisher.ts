import { Injectable, Logger } from '@nestjs/common';
import { fireRequestId, requestSubject, type RunRequest } from '#contracts';
import { Publisher, PublishRefusedException } from '#jetstream';
import { Clock } from '../clock/clock.js';
import type { PlannedSchedule } from '../plan/planned-schedule.js';
import { FireMetrics } from './fire-metrics.js';

/** Turns a fire into a request. Every scheduler makes the same request of it, under the same id: the broker keeps one. */
@Injectable()
export class FirePublisher {
  private readonly logger = new Logger(FirePublisher.name);

  constructor(
    private readonly publisher: Publisher,
    private readonly metrics: FireMetrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Publishes the oldest fire that the schedule owes. One that the broker can never take is logged and counts as done.
   * @throws BrokerUnavailableException, StreamFullException when it must be tried again
   */
  async publish({ agent, name, input, dueMs }: PlannedSchedule): Promise<void> {
    const at = new Date(dueMs);
    const messageId = fireRequestId(agent, name, at);
    const request: RunRequest = {
      trigger: 'schedule',
      schedule: name,
      scheduled_for: at.toISOString(),
      ...(input != null && { input }),
    };
    try {
      const ack = await this.publisher.publish(requestSubject(agent), JSON.stringify(request), { messageId });
      const latenessMs = this.clock.now() - dueMs;
      this.metrics.countPublished(ack.duplicate, latenessMs);
      this.logger.debug({ request_id: messageId, latenessMs, duplicate: ack.duplicate }, 'Fired');
    } catch (error) {
      if (!(error instanceof PublishRefusedException)) {
        throw error;
      }
      this.metrics.countRefused();
      this.logger.error({ request_id: messageId, err: error }, 'Fire refused by the broker');
    }
  }
}
