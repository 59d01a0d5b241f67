import { setTimeout as delay } from 'node:timers/promises';
import { AGENTS_BUCKET, SCHEDULES_BUCKET } from '#contracts';
import { BrokerUnavailableException, BucketWatch, JetStreamConnection } from '#jetstream';
import { type BookedSchedule, ScheduleBook } from '#schedules';
import {
  Injectable,
  NotFoundException,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';

const ARRIVAL_MS = 500;
const POLL_MS = 20;

/** Knows all schedules, as the buckets have them now. */
@Injectable()
export class ScheduleWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly book = new ScheduleBook();
  private readonly watches: readonly BucketWatch[];
  private isRead = false;

  constructor(private readonly connection: JetStreamConnection) {
    const { book } = this;
    this.watches = [
      new BucketWatch(connection, AGENTS_BUCKET, book.ofAgents),
      new BucketWatch(connection, SCHEDULES_BUCKET, book.ofSchedules),
    ];
  }

  onApplicationBootstrap(): void {
    void Promise.all(this.watches.map((watch) => watch.read())).then(() => (this.isRead = true));
  }

  onModuleDestroy(): void {
    this.watches.forEach((watch) => watch.stop());
  }

  /**
   * All schedules by key, `<agent>.<schedule>`, in the order of the keys.
   * @throws BrokerUnavailableException while they can't be known
   */
  all(): Map<string, BookedSchedule> {
    this.assertCurrent();
    const keys = this.book.keys().toSorted();
    return new Map(keys.map((key) => [key, this.book.get(key)!]));
  }

  /** @throws BrokerUnavailableException while it can't be known */
  find(key: string): BookedSchedule | undefined {
    this.assertCurrent();
    return this.book.get(key);
  }

  /**
   * Waits for a moment: one that another replica has just made is on its way here.
   * @throws NotFoundException when there is none
   * @throws BrokerUnavailableException while it can't be known
   */
  async get(key: string): Promise<BookedSchedule> {
    for (const deadline = performance.now() + ARRIVAL_MS; ; await delay(POLL_MS)) {
      const found = this.find(key);
      if (found !== undefined) {
        return found;
      }
      if (performance.now() > deadline) {
        throw new NotFoundException(`There is no schedule ${key}`);
      }
    }
  }

  /** Waits for a moment for a change on its way here, so that whoever made it finds it. Never rejects. */
  async untilSeen(key: string, isSeen: (booked: BookedSchedule | undefined) => boolean): Promise<void> {
    for (
      const deadline = performance.now() + ARRIVAL_MS;
      performance.now() < deadline;
      await delay(POLL_MS)
    ) {
      if (isSeen(this.book.get(key))) {
        return;
      }
    }
  }

  private assertCurrent(): void {
    if (!this.isRead || !this.connection.isConnected) {
      throw new BrokerUnavailableException('The schedules can not be read now');
    }
  }
}
