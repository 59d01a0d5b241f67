import {
  bucketStream,
  bucketSubject,
  ContractViolation,
  NOTIFICATIONS_BUCKET,
  parseJsonObject,
} from '#contracts';
import { Publisher, StreamReader, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { StoredDeadLetter } from './stored-dead-letter.js';

const SUBJECTS = bucketSubject(NOTIFICATIONS_BUCKET, '');

/**
 * Makes a notification that was given up due again. It is one record per run, rule and recipient, so one that is due
 * or sent meanwhile stays as it is.
 */
@Injectable()
export class NotificationRedrive {
  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /** Why it can't be sent, if it can't. */
  refusal({ subject }: StoredDeadLetter): string | undefined {
    return subject.startsWith(SUBJECTS) ? undefined : 'Its subject names no notification';
  }

  /**
   * @returns whether it is due again, or why not
   * @throws BrokerUnavailableException or StreamFullException
   */
  async send({ subject }: StoredDeadLetter, payload: Uint8Array): Promise<boolean | string> {
    const record = recordOf(payload);
    if (record === undefined) {
      return 'It is no record of a notification';
    }
    const last = await this.reader.last(bucketStream(NOTIFICATIONS_BUCKET), subject);
    if (last !== undefined && recordOf(last.data)?.['status'] !== 'dead') {
      return false;
    }
    const { reason: _reason, next_try_at: _nextTryAt, ...kept } = record;
    try {
      await this.publisher.publish(subject, JSON.stringify({ ...kept, status: 'due', tries: 0 }), {
        expectedLastSubjectSequence: last?.seq ?? 0,
      });
      return true;
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return false; // somebody else was faster
      }
      throw error;
    }
  }
}

function recordOf(data: Uint8Array): Record<string, unknown> | undefined {
  try {
    const record = parseJsonObject(data);
    return 'notice' in record || 'status' in record ? record : undefined;
  } catch (error) {
    if (error instanceof ContractViolation) {
      return undefined;
    }
    throw error;
  }
}
