import { INGEST_REQUESTS, RUN_REQUESTS } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { DeliverPolicy, jetstream, type JsMsg, type PushConsumer } from '@nats-io/jetstream';

const LONGEST_MS = 5_000;

/** A look through the requests that has not begun. */
interface Search {
  readonly ids: Set<string>;
  firstSequence: number;
  readonly found: Promise<ReadonlyMap<string, number>>;
}

/** Looks through the requests that ingest has not read yet: those of the last moment, of which Postgres knows nothing. */
@Injectable()
export class UnreadRequests {
  /** Who comes while the stream is looked through shares the next look. */
  private next: Search | undefined;
  private current: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * Where they begin. Ask this first and Postgres after it: what one of them does not know, the other does.
   * @throws BrokerUnavailableException when the broker does not answer
   */
  async firstSequence(): Promise<number> {
    try {
      const manager = await this.connection.manager();
      const { ack_floor: floor } = await manager.consumers.info(RUN_REQUESTS, INGEST_REQUESTS);
      return floor.stream_seq + 1;
    } catch (error) {
      throw new BrokerUnavailableException('How far ingest has read is not known', { cause: error });
    }
  }

  /**
   * The sequences of those that carry one of the ids, and perhaps of others, as `Nats-Msg-Id`.
   * @throws BrokerUnavailableException when the broker does not answer, or there are too many to look through
   */
  async find(firstSequence: number, ids: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    this.next ??= this.prepare();
    const search = this.next;
    search.firstSequence = Math.min(search.firstSequence, firstSequence);
    for (const id of ids) {
      search.ids.add(id);
    }
    return await search.found;
  }

  private prepare(): Search {
    const begin = async (): Promise<ReadonlyMap<string, number>> => {
      this.next = undefined;
      return await this.lookThrough(search);
    };
    const search: Search = { ids: new Set(), firstSequence: Infinity, found: this.current.then(begin) };
    this.current = search.found.catch(() => undefined);
    return search;
  }

  private async lookThrough({ ids, firstSequence }: Search): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    let consumer: PushConsumer | undefined;
    try {
      consumer = await jetstream(this.connection.nats).consumers.getPushConsumer(RUN_REQUESTS, {
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: firstSequence,
        headers_only: true,
      });
      const { num_pending: waiting } = await consumer.info(true);
      if (waiting > 0) {
        await readAll(consumer, (message) => {
          const id = message.headers?.get('Nats-Msg-Id') ?? '';
          if (ids.has(id) && !found.has(id)) {
            found.set(id, message.seq);
          }
        });
      }
      return found;
    } catch (error) {
      throw new BrokerUnavailableException('The latest requests could not be looked through', {
        cause: error,
      });
    } finally {
      await consumer?.delete().catch(() => undefined); // it goes by itself after a while
    }
  }
}

/** What is there by now; not what still comes. */
async function readAll(consumer: PushConsumer, read: (message: JsMsg) => void): Promise<void> {
  const messages = await consumer.consume();
  const tooLong = setTimeout(() => messages.stop(new Error('There are too many')), LONGEST_MS);
  try {
    for await (const message of messages) {
      read(message);
      if (message.info.pending === 0) {
        break;
      }
    }
  } finally {
    clearTimeout(tooLong);
    messages.stop();
  }
}
