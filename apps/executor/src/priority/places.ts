import { type JetStreamMessage, RetryableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { BrokerContact } from '../leases/broker-contact.js';
import { HeldRuns } from '../leases/held-runs.js';
import { HolderInquiry } from '../leases/holder-inquiry.js';
import type { HighLane } from './high-lane.js';

const HELD_RETRY_MS = 5_000;

/** Uses messages of a normal lane that ask for no run of their own. */
@Injectable()
export class Places {
  constructor(
    private readonly heldRuns: HeldRuns,
    private readonly holders: HolderInquiry,
    private readonly contact: BrokerContact,
  ) {}

  /**
   * Runs what waits with high priority, while the place is held.
   * @throws RetryableException when somebody else may use this very place
   */
  async fill(place: JetStreamMessage, lane: HighLane): Promise<void> {
    const id = place.messageId ?? '';
    if (this.heldRuns.take(id) === undefined) {
      throw new RetryableException('This executor holds the place already', HELD_RETRY_MS);
    }
    try {
      this.heldRuns.setAside(id);
      await this.assertFree(place, id);
      await lane.runAll(() => true);
    } finally {
      this.heldRuns.release(id);
    }
  }

  /** A broker that was away may have forgotten whom it had given the place. */
  private async assertFree({ deliveryCount, storedAtMs }: JetStreamMessage, id: string): Promise<void> {
    if (deliveryCount > 1 || storedAtMs < this.contact.returnedAtMs) {
      await this.contact.settled();
      if (await this.holders.isHeldByAnyone(id)) {
        throw new RetryableException('Another executor holds the place', HELD_RETRY_MS);
      }
    }
  }
}
