import { bucketStream, bucketSubject, NOTIFICATIONS_BUCKET } from '#contracts';
import { type JetStreamMessage, Publisher, StreamReader, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { type DueNotification, notificationId, type NotificationRecord } from './notification-record.js';

/** The bucket `NOTIFICATIONS`: what was or is to be sent, shared by all notifiers. */
@Injectable()
export class NotificationRecords {
  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /** Makes the record, unless there is one, whatever it says. @returns whether it is new */
  async create(record: DueNotification): Promise<boolean> {
    const key = `${record.channel}.${notificationId(record.notice, record.address)}`;
    return await this.put(bucketSubject(NOTIFICATIONS_BUCKET, key), record, 0);
  }

  /** Changes a record that is still as a message said. @returns whether it was */
  async replace(message: JetStreamMessage, record: NotificationRecord): Promise<boolean> {
    return await this.put(message.subject, record, message.sequence);
  }

  /** Whether a record is still as a message says. */
  async isCurrent({ subject, sequence }: JetStreamMessage): Promise<boolean> {
    const last = await this.reader.last(bucketStream(NOTIFICATIONS_BUCKET), subject);
    return last?.seq === sequence;
  }

  private async put(subject: string, record: NotificationRecord, expected: number): Promise<boolean> {
    try {
      await this.publisher.publish(subject, JSON.stringify(record), {
        expectedLastSubjectSequence: expected,
      });
      return true;
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return false;
      }
      throw error;
    }
  }
}
