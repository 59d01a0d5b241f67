import { setTimeout } from 'node:timers/promises';
import { INGEST_EVENTS, RUN_EVENTS } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';

const POLL_MS = 50;

/** How far the events are written, by all replicas of ingest together. */
@Injectable()
export class WrittenEvents {
  private knownUpTo = 0;

  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * Waits until Postgres has everything up to that sequence of `RUN_EVENTS`.
   * @returns false when it has not in time
   * @throws what the client throws when the broker does not answer
   */
  async areWritten(upTo: number, timeoutMs: number): Promise<boolean> {
    for (const deadline = Date.now() + timeoutMs; this.knownUpTo < upTo; await setTimeout(POLL_MS)) {
      const manager = await this.connection.manager();
      const { ack_floor, num_pending, num_ack_pending } = await manager.consumers.info(
        RUN_EVENTS,
        INGEST_EVENTS,
      );
      const isIdle = num_pending === 0 && num_ack_pending === 0;
      this.knownUpTo = isIdle ? Math.max(upTo, ack_floor.stream_seq) : ack_floor.stream_seq;
      if (this.knownUpTo < upTo && Date.now() > deadline) {
        return false;
      }
    }
    return true;
  }
}
