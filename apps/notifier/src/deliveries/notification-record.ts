import { createHash } from 'node:crypto';
import { ContractViolation, parseJsonObject } from '#contracts';
import type { Notice } from '../notices/notice.js';
import type { Recipient } from '../rules/recipients.js';
import type { ChannelName } from './channel.js';

interface Recorded {
  readonly channel: ChannelName;
  readonly address: string;
  /** ISO 8601, as are the others. */
  readonly created_at: string;
  /** Tries that the other side has answered. */
  readonly tries: number;
}

/** To be sent, not before `next_try_at`. Who sends it holds its message on the consumer of its channel. */
export interface DueNotification extends Recorded {
  readonly status: 'due';
  readonly next_try_at?: string;
  /** What kept the last try from being the last. */
  readonly reason?: string;
  readonly notice: Notice;
}

/** Given up; on its way to the dead letters, or there. */
interface DeadNotification extends Recorded {
  readonly status: 'dead';
  readonly reason: string;
  readonly notice: Notice;
}

/** Kept so that nothing is sent twice. */
interface SentNotification extends Recorded {
  readonly status: 'sent';
  readonly sent_at: string;
}

/** What the bucket `NOTIFICATIONS` holds per run, rule and recipient. */
export type NotificationRecord = DueNotification | DeadNotification | SentNotification;

const STATUSES: ReadonlySet<NotificationRecord['status']> = new Set(['due', 'sent', 'dead'] as const);

export function dueNotification({ channel, address }: Recipient, notice: Notice, now: Date): DueNotification {
  return { status: 'due', channel, address, created_at: now.toISOString(), tries: 0, notice };
}

/** `<request_id>.<rule>.<hash of the recipient>`. */
export function notificationId({ request_id, rule }: Notice, address: string): string {
  return `${request_id}.${rule}.${createHash('sha256').update(address).digest('hex').slice(0, 16)}`;
}

/**
 * Reads a record; nothing when it was deleted.
 * @throws ContractViolation when somebody else has written there
 */
export function parseNotificationRecord(data: Uint8Array): NotificationRecord | undefined {
  if (data.length === 0) {
    return undefined;
  }
  const record = parseJsonObject(data) as unknown as NotificationRecord;
  const isWhole = record.status === 'sent' || typeof record.notice === 'object';
  if (!STATUSES.has(record.status) || typeof record.address !== 'string' || !isWhole) {
    throw new ContractViolation([{ field: '', message: 'the message must be a record of a notification' }]);
  }
  return record;
}
