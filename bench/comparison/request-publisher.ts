import { setTimeout } from 'node:timers/promises';
import { requestSubject } from '#contracts';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { nowMs } from '../support/now-ms.js';
import type { OnProgress } from './contestant.js';
import { AGENT } from './stored-rows.js';

const IN_FLIGHT = 1_000;
const SECOND_MS = 1_000;
const RETRY_MS = 100;
/** Longer than a broker takes to sync what is in flight: what is published again costs it as much as the first time. */
const TIMEOUT_MS = 60_000;

/** Asks for runs as any producer does: a message with a `Nats-Msg-Id` for each. */
export class RequestPublisher {
  private readonly client: JetStreamClient;

  /** @param timeoutMs after which a request that the broker has not confirmed is published again */
  constructor(
    private readonly nats: NatsConnection,
    timeoutMs = TIMEOUT_MS,
  ) {
    this.client = jetstream(nats, { timeout: timeoutMs });
  }

  async publishAll(prefix: string, count: number, onProgress: OnProgress): Promise<void> {
    let next = 0;
    let stored = 0;
    const publishNext = async (): Promise<void> => {
      while (next < count) {
        next += 1;
        await this.publishUntilStored(`${prefix}-${next}`);
        stored += 1;
        onProgress(stored);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, publishNext));
  }

  /** At an even pace. What the broker does not confirm is published again, under the same id. */
  async publishPaced(prefix: string, count: number, perSecond: number): Promise<void> {
    const beganAt = performance.now();
    const published: Promise<void>[] = [];
    while (published.length < count) {
      const due = Math.min(count, Math.ceil(((performance.now() - beganAt) * perSecond) / SECOND_MS));
      while (published.length < due) {
        published.push(this.publishUntilStored(`${prefix}-${published.length + 1}`));
      }
      const nextAt = beganAt + (published.length * SECOND_MS) / perSecond;
      await setTimeout(Math.max(1, nextAt - performance.now()));
    }
    await Promise.all(published);
  }

  private async publishUntilStored(requestId: string): Promise<void> {
    for (;;) {
      try {
        return await this.publish(requestId);
      } catch (error) {
        if (this.nats.isClosed()) {
          throw error;
        }
        await setTimeout(RETRY_MS);
      }
    }
  }

  private async publish(requestId: string): Promise<void> {
    const body = JSON.stringify({ input: { published_at_ms: nowMs() } });
    await this.client.publish(requestSubject(AGENT), body, { msgID: requestId });
  }
}
