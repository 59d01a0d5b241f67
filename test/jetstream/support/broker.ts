import { randomBytes } from 'node:crypto';
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  jetstream,
  jetstreamManager,
  type JetStreamManager,
  type StoredMsg,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';

/** What a spec does on the broker beside the code that it tests. */
export class Broker {
  private constructor(
    readonly url: string,
    private readonly connection: NatsConnection,
    readonly manager: JetStreamManager,
  ) {}

  static async open(url: string): Promise<Broker> {
    const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
    return new Broker(url, connection, await jetstreamManager(connection));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** A stream of its own name; takes every subject below that name. */
  async addStream(settings: Partial<StreamConfig> = {}): Promise<string> {
    const name = `SPEC_${randomBytes(6).toString('hex')}`;
    await this.manager.streams.add({
      name,
      subjects: [`${name}.>`],
      storage: StorageType.Memory,
      ...settings,
    });
    return name;
  }

  async addConsumer(
    stream: string,
    durable: string,
    { ackWaitMs = 15_000, ...settings }: Partial<ConsumerConfig> & { ackWaitMs?: number } = {},
  ): Promise<void> {
    await this.manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: 10_000,
      ...settings,
    });
  }

  async consumer(stream: string, durable: string): Promise<ConsumerInfo> {
    return await this.manager.consumers.info(stream, durable);
  }

  /** Stores messages with the bodies `first`, `first + 1`, and so on. */
  async publish(subject: string, count: number, first = 0): Promise<void> {
    const publisher = jetstream(this.connection);
    await Promise.all(
      Array.from({ length: count }, async (_, index) => await publisher.publish(subject, `${first + index}`)),
    );
  }

  async messages(stream: string): Promise<StoredMsg[]> {
    const { state } = await this.manager.streams.info(stream);
    const stored: StoredMsg[] = [];
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
      const message = await this.manager.streams.getMessage(stream, { seq });
      stored.push(message!);
    }
    return stored;
  }
}
