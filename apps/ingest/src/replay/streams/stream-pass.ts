import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokerUnavailableException, type JetStreamConnection, JetStreamMessage } from '#jetstream';
import { AckPolicy, type ConsumerConfig, DeliverPolicy } from '@nats-io/jetstream';
import { type Msg, nanos } from '@nats-io/transport-node';

/** In memory at the same time, whatever the size of the messages. */
const MAX_BYTES = 8 * 1024 * 1024;
/** A broker that sends nothing for so long has lost the consumer, or the connection. */
const SILENCE_MS = 5_000;
/** The consumer goes by itself when nobody reads any more. */
const INACTIVE_MS = 60_000;
const TRIES = 10;
const RETRY_PAUSE_MS = 500;

const NO_MESSAGES = 404;
/** How nats-server 2.9 says that there are no more than it has sent. */
const REQUEST_TIMEOUT = 408;
const CONFLICT = 409;

/** Which messages of a stream are read. */
export interface PassRange {
  readonly stream: string;
  /** Only messages on this subject; all when absent. */
  readonly subject?: string;
  readonly fromSequence: number;
  /** Only messages that the broker stored at this time or later. */
  readonly fromTime?: Date | undefined;
  /** The last sequence, this one included. */
  readonly upTo: number;
}

/**
 * Reads stored messages once, in order and without gaps, as fast as they are asked for, and acknowledges nothing. Goes
 * on where it was when the broker restarts.
 */
export class StreamPass {
  private readonly prefix = `replay-${randomBytes(6).toString('hex')}`;
  private consumer: string | undefined;
  private consumers = 0;
  private delivered = 0;
  private nextSequence: number;
  private hasBegun = false;
  private isOver = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly range: PassRange,
  ) {
    this.nextSequence = range.fromSequence;
  }

  /**
   * The messages that follow; none when it is over.
   * @throws BrokerUnavailableException when the broker does not answer for some seconds
   */
  async next(maxMessages: number): Promise<JetStreamMessage[]> {
    let cause: unknown;
    for (let tries = 1; tries <= TRIES && !this.isOver; tries += 1) {
      try {
        const messages = await this.pull(maxMessages);
        if (messages !== undefined) {
          return this.withinRange(messages);
        }
      } catch (error) {
        cause = error;
        await delay(RETRY_PAUSE_MS);
      }
      await this.close();
    }
    if (this.isOver) {
      return [];
    }
    throw new BrokerUnavailableException(`${this.range.stream} could not be read`, { cause });
  }

  /** Safe to call again, and before the end. */
  async close(): Promise<void> {
    const { consumer } = this;
    this.consumer = undefined;
    if (consumer !== undefined && this.connection.isConnected) {
      const manager = await this.connection.manager();
      // It goes by itself when this fails.
      await manager.consumers.delete(this.range.stream, consumer).catch(() => undefined);
    }
  }

  private withinRange(messages: JetStreamMessage[]): JetStreamMessage[] {
    const last = messages.at(-1);
    this.isOver = last === undefined || last.sequence >= this.range.upTo;
    if (last !== undefined) {
      this.nextSequence = last.sequence + 1;
      this.hasBegun = true;
    }
    return messages.filter(({ sequence }) => sequence <= this.range.upTo);
  }

  /** @returns nothing when messages were lost on the way, or the consumer is gone */
  private async pull(batch: number): Promise<JetStreamMessage[] | undefined> {
    if (this.nextSequence > this.range.upTo) {
      return [];
    }
    this.consumer ??= await this.createConsumer();
    const received = await this.receive(this.consumer, batch);
    for (const message of received ?? []) {
      this.delivered += 1;
      if (deliverySequence(message) !== this.delivered) {
        return undefined;
      }
    }
    return received?.map((message) => new JetStreamMessage(message));
  }

  private async receive(consumer: string, batch: number): Promise<Msg[] | undefined> {
    const { nats } = this.connection;
    const inbox = this.connection.createInbox();
    const messages: Msg[] = [];
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const silence = setTimeout(() => resolve(false), SILENCE_MS);
    const subscription = nats.subscribe(inbox, {
      callback: (error, message) => {
        silence.refresh();
        if (error !== null || isStatus(message)) {
          resolve(error === null && endsInOrder(message, messages.length));
        } else if (messages.push(message) >= batch) {
          resolve(true);
        }
      },
    });
    const request = JSON.stringify({ batch, no_wait: true, max_bytes: MAX_BYTES });
    nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${this.range.stream}.${consumer}`, request, { reply: inbox });
    const isComplete = await promise;
    clearTimeout(silence);
    subscription.unsubscribe();
    return isComplete ? messages : undefined;
  }

  private async createConsumer(): Promise<string> {
    const { stream, subject, fromTime } = this.range;
    this.consumers += 1;
    this.delivered = 0;
    const begin: Partial<ConsumerConfig> =
      fromTime === undefined || this.hasBegun
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: this.nextSequence }
        : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: fromTime.toISOString() };
    const manager = await this.connection.manager();
    const { name } = await manager.consumers.add(stream, {
      name: `${this.prefix}-${this.consumers}`,
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(INACTIVE_MS),
      mem_storage: true,
      num_replicas: 1,
      ...begin,
      ...(subject !== undefined && { filter_subject: subject }),
    });
    return name;
  }
}

function isStatus(message: Msg): boolean {
  return message.reply === undefined || message.reply === '';
}

/** Nothing more is there, or nothing more fits. */
function endsInOrder({ headers }: Msg, received: number): boolean {
  const code = headers?.code ?? 0;
  return code === NO_MESSAGES || (received > 0 && (code === REQUEST_TIMEOUT || code === CONFLICT));
}

/** Which delivery of its consumer it is; see `JetStreamMessage` for the form of the subject. */
function deliverySequence({ reply = '' }: Msg): number {
  const tokens = reply.split('.');
  return Number(tokens[tokens.length === 9 ? 6 : 8]);
}
