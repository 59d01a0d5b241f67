import { Injectable, Logger } from '@nestjs/common';
import { requestSubject, type RunRequest, type ScheduleDefinition } from '#contracts';
import { Publisher, PublishRefusedException } from '#jetstream';
import { millisecondsOf } from '#schedules';
import { Clock } from '../clock/clock.js';
import { FireMetrics } from './fire-metrics.js';

/** A fire that the ledger has decided. */
export interface DecidedFire {
  /** Its nominal instant, ISO 8601. */
  readonly scheduledFor: string;
  readonly requestId: string;
}

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
   * One that the broker can never take is logged and counts as done.
   * @throws BrokerUnavailableException, StreamFullException when it must be tried again
   */
  async publish(
    { agent, name, input }: ScheduleDefinition,
    { scheduledFor, requestId }: DecidedFire,
  ): Promise<void> {
    const request: RunRequest = {
      trigger: 'schedule',
      schedule: name,
      scheduled_for: scheduledFor,
      ...(input != null && { input }),
    };
    try {
      const ack = await this.publisher.publish(requestSubject(agent), JSON.stringify(request), {
        messageId: requestId,
      });
      const latenessMs = this.clock.now() - millisecondsOf(scheduledFor);
      this.metrics.countPublished(ack.duplicate, latenessMs);
      this.logger.debug({ request_id: requestId, latenessMs, duplicate: ack.duplicate }, 'Fired');
    } catch (error) {
      if (!(error instanceof PublishRefusedException)) {
        throw error;
      }
      this.metrics.countRefused();
      this.logger.error({ request_id: requestId, err: error }, 'Fire refused by the broker');
    }
  }
}
