import { setTimeout } from 'node:timers/promises';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { nowMs } from '../support/now-ms.js';
import type { LatencyResult } from './latency-result.js';

const STREAM = 'BROKER_ALONE';
const SUBJECT = 'broker.alone';
const CONSUMER = 'broker-alone';
const SECOND_MS = 1_000;
const PERCENTILES = [0.5, 0.95, 0.99];
const PUBLISHES = 10_000;
const IN_FLIGHT = 500;
const TIMEOUT_MS = 60_000;

/** The physical limit of every request: nats-server and its disk between two connections, without the platform. */
export class BrokerAlone {
  private readonly id = 'broker';
  private readonly name = 'nats-server alone';

  constructor(private readonly url: string) {}

  /** From before a publish to the callback of a consumer, at an even pace; and how many publishes it confirms. */
  async measure(perSecond: number, seconds: number): Promise<LatencyResult[]> {
    const nats = await connect({ servers: this.url });
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: STREAM, subjects: [SUBJECT], storage: StorageType.File });
    await manager.consumers.add(STREAM, { durable_name: CONSUMER, ack_policy: 'explicit' });
    try {
      return [await this.paced(nats, perSecond, seconds), await this.atMost(nats)];
    } finally {
      await manager.streams.delete(STREAM);
      await nats.close();
    }
  }

  private async paced(
    publishing: NatsConnection,
    perSecond: number,
    seconds: number,
  ): Promise<LatencyResult> {
    const consuming = await connect({ servers: this.url });
    const consumer = await jetstream(consuming).consumers.get(STREAM, CONSUMER);
    const delivered: number[] = [];
    const messages = await consumer.consume({
      callback: (message) => {
        delivered.push(nowMs() - Number(message.string()));
        message.ack();
      },
    });
    const client = jetstream(publishing);
    for (let published = 0; published < perSecond * seconds; published += 1) {
      await Promise.all([
        client.publish(SUBJECT, String(nowMs()), { msgID: String(published) }),
        setTimeout(SECOND_MS / perSecond),
      ]);
    }
    messages.stop();
    await consuming.close();
    const sorted = delivered.toSorted((one, other) => one - other);
    const start = PERCENTILES.map((share) => sorted[Math.floor(sorted.length * share)] ?? 0);
    const latencies = { start, commit: [], requestsPerSecond: perSecond };
    return { id: this.id, name: this.name, label: 'publish → consumer, idle', perSecond, latencies };
  }

  private async atMost(nats: NatsConnection): Promise<LatencyResult> {
    const client = jetstream(nats, { timeout: TIMEOUT_MS });
    const beganAt = performance.now();
    let next = 0;
    const publishNext = async (): Promise<void> => {
      while (next < PUBLISHES) {
        next += 1;
        await client.publish(SUBJECT, '{}', { msgID: `most-${next}` });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, publishNext));
    const perSecond = PUBLISHES / ((performance.now() - beganAt) / SECOND_MS);
    const latencies = { start: [], commit: [], requestsPerSecond: perSecond };
    return { id: this.id, name: this.name, label: 'the most that it confirms', perSecond, latencies };
  }
}
