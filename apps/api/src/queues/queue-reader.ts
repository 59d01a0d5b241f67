import {
  AUDIT,
  bucketStream,
  DEAD_LETTERS,
  NOTIFICATIONS_BUCKET,
  RUN_EVENTS,
  RUN_REQUESTS,
  SCHEDULE_FIRES,
} from '#contracts';
import { BrokerUnavailableException, JetStreamConnection, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { type ConsumerInfo, JetStreamApiCodes, JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';

/** Streams whose consumers are durable queues of a service. */
const STREAMS = [
  RUN_REQUESTS,
  RUN_EVENTS,
  DEAD_LETTERS,
  SCHEDULE_FIRES,
  AUDIT,
  bucketStream(NOTIFICATIONS_BUCKET),
];
/** Streams that the api may read messages of. */
const READABLE: ReadonlySet<string> = new Set([RUN_REQUESTS, RUN_EVENTS, bucketStream(NOTIFICATIONS_BUCKET)]);

/** Reads from JetStream itself how queues are. Everything here throws BrokerUnavailableException. */
@Injectable()
export class QueueReader {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly reader: StreamReader,
  ) {}

  /** Every durable consumer of the platform's streams. */
  async consumers(): Promise<ConsumerInfo[]> {
    return (await Promise.all(STREAMS.map(async (stream) => await this.consumersOf(stream)))).flat();
  }

  async streams(): Promise<StreamInfo[]> {
    return await this.ask('The streams', async () => {
      const manager = await this.connection.manager();
      return await Promise.all(STREAMS.map(async (stream) => await manager.streams.info(stream)));
    });
  }

  /** Nothing when there is no such consumer. */
  async consumer(stream: string, durable: string): Promise<ConsumerInfo | undefined> {
    return await this.ask(`The consumer ${durable}`, async () => {
      const manager = await this.connection.manager();
      try {
        return await manager.consumers.info(stream, durable);
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound) {
          return undefined;
        }
        throw error;
      }
    });
  }

  /** When the broker stored the first message that nobody was given yet; nothing when there is none, or it may not be read. */
  async oldestPending({
    stream_name: stream,
    config,
    num_pending,
    delivered,
  }: ConsumerInfo): Promise<Date | undefined> {
    if (num_pending === 0 || !READABLE.has(stream)) {
      return undefined;
    }
    const message = await this.reader.next(stream, config.filter_subject ?? '>', delivered.stream_seq + 1);
    return message?.time;
  }

  private async consumersOf(stream: string): Promise<ConsumerInfo[]> {
    return await this.ask(`The consumers of ${stream}`, async () => {
      const manager = await this.connection.manager();
      const found: ConsumerInfo[] = [];
      for await (const info of manager.consumers.list(stream)) {
        found.push(info);
      }
      return found.filter(({ config }) => config.durable_name !== undefined);
    });
  }

  private async ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new BrokerUnavailableException(`${what} could not be read`, { cause: error });
    }
  }
}
