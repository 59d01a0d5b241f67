import { ContractViolation } from '#contracts';
import { type JetStreamMessage, NonRetryableException, RetryableException } from '#jetstream';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { NotifierMetrics } from '../metrics/notifier-metrics.js';
import { NotifierConfiguration } from '../notifier-configuration.js';
import type { Channel, DeliveryOutcome } from './channel.js';
import { untilBackMs, untilNextTryMs } from './next-try.js';
import {
  type DueNotification,
  notificationId,
  type NotificationRecord,
  parseNotificationRecord,
} from './notification-record.js';
import { NotificationRecords } from './notification-records.js';

const MAX_TRIES = 5;
const DELIVERED: DeliveryOutcome = { kind: 'delivered' };

/** Sends what is due, and keeps record of it. */
@Injectable()
export class Deliverer {
  private readonly logger = new Logger(Deliverer.name);
  /** Subjects of what was sent while the broker was away. */
  private readonly unmarked = new Set<string>();

  constructor(
    private readonly records: NotificationRecords,
    private readonly metrics: NotifierMetrics,
    @Inject(NotifierConfiguration)
    private readonly configuration: Pick<NotifierConfiguration, 'retryDelayMs' | 'outageMs'>,
  ) {}

  /**
   * Takes a record as it was last written.
   * @throws RetryableException when it is to come again
   * @throws NonRetryableException when it is to go to the dead letters
   * @throws BrokerUnavailableException when there is nobody to keep record
   */
  async handle(message: JetStreamMessage, channel: Channel): Promise<void> {
    const record = readOrRefuse(message.data);
    if (record === undefined || record.status === 'sent') {
      return;
    }
    if (record.status === 'dead') {
      throw new NonRetryableException(record.reason);
    }
    waitForTurn(record);
    if (await this.records.isCurrent(message)) {
      await this.conclude(message, record, await this.deliver(message, record, channel));
    }
  }

  private async deliver(
    message: JetStreamMessage,
    { notice, address }: DueNotification,
    channel: Channel,
  ): Promise<DeliveryOutcome> {
    if (this.unmarked.has(message.subject)) {
      return DELIVERED;
    }
    const outcome = await channel.deliver({ id: notificationId(notice, address), address, notice });
    if (outcome.kind === 'delivered') {
      this.unmarked.add(message.subject);
    }
    return outcome;
  }

  private async conclude(
    message: JetStreamMessage,
    record: DueNotification,
    outcome: DeliveryOutcome,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'delivered':
        await this.markSent(message, record);
        break;
      case 'refused':
        await this.giveUp(message, { ...record, tries: record.tries + 1 }, outcome.reason);
        break;
      case 'busy':
        await this.countTry(message, { ...record, tries: record.tries + 1 }, outcome.reason);
        break;
      case 'away':
        await this.waitForReturn(message, record, outcome.reason);
        break;
    }
  }

  private async markSent(message: JetStreamMessage, record: DueNotification): Promise<void> {
    const { channel, address, created_at, tries } = record;
    const sentAt = new Date();
    await this.records.replace(message, {
      status: 'sent',
      channel,
      address,
      created_at,
      tries: tries + 1,
      sent_at: sentAt.toISOString(),
    });
    this.unmarked.delete(message.subject);
    this.metrics.count(channel, 'sent');
    this.metrics.observe(channel, sentAt.getTime() - Date.parse(created_at));
    this.logger.log(factsOf(record), 'Notification sent');
  }

  private async countTry(message: JetStreamMessage, record: DueNotification, reason: string): Promise<void> {
    if (record.tries >= MAX_TRIES) {
      await this.giveUp(message, record, `${reason} (after ${record.tries} tries)`);
      return;
    }
    const delayMs = untilNextTryMs(record.tries, this.configuration.retryDelayMs);
    const nextTryAt = new Date(Date.now() + delayMs).toISOString();
    await this.records.replace(message, { ...record, next_try_at: nextTryAt, reason });
    this.metrics.count(record.channel, 'busy');
    this.logger.warn({ ...factsOf(record), reason, delayMs }, 'Notification is tried again');
  }

  private async waitForReturn(
    message: JetStreamMessage,
    record: DueNotification,
    reason: string,
  ): Promise<void> {
    const { retryDelayMs, outageMs } = this.configuration;
    const ageMs = Date.now() - Date.parse(record.created_at);
    if (ageMs > outageMs) {
      await this.giveUp(message, record, `${reason} (for ${outageMs} ms)`);
      return;
    }
    const delayMs = untilBackMs(ageMs, retryDelayMs);
    this.metrics.count(record.channel, 'away');
    this.logger.warn({ ...factsOf(record), reason, delayMs }, 'Notification waits for its receiver');
    throw new RetryableException(reason, delayMs);
  }

  /** The record says so first; it is then delivered once more, to go to the dead letters. So a crash loses nothing. */
  private async giveUp(message: JetStreamMessage, record: DueNotification, reason: string): Promise<void> {
    await this.records.replace(message, { ...record, status: 'dead', reason });
    this.metrics.count(record.channel, 'dead');
  }
}

function readOrRefuse(data: Uint8Array): NotificationRecord | undefined {
  try {
    return parseNotificationRecord(data);
  } catch (error) {
    if (error instanceof ContractViolation) {
      throw new NonRetryableException(error.message);
    }
    throw error;
  }
}

function waitForTurn({ next_try_at }: DueNotification): void {
  const waitMs = next_try_at === undefined ? 0 : Date.parse(next_try_at) - Date.now();
  if (waitMs > 0) {
    throw new RetryableException('It is not its turn yet', waitMs);
  }
}

/** Without the recipient: an address is personal, and the URL of a webhook often a secret. */
function factsOf({ channel, tries, notice }: DueNotification): Record<string, unknown> {
  const { agent, request_id, rule } = notice;
  return { channel, tries, agent, request_id, rule };
}
