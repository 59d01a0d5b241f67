import { Logger } from '@nestjs/common';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';

const logger = new Logger('JetStreamMessage');

const ACK = '+ACK';
const WORKING = '+WPI';
const TERM = '+TERM';

/** A message that a durable consumer delivered. Settled once: by ack, nak or term. */
export class JetStreamMessage {
  readonly stream: string;
  readonly consumer: string;
  /** 1 for the first delivery. */
  readonly deliveryCount: number;
  /** Sequence in the stream. */
  readonly sequence: number;
  /** When the broker stored it, nanoseconds since the epoch. */
  readonly storedAtNanos: bigint;
  private settled = false;
  private id: string | undefined;

  constructor(private readonly message: Msg) {
    // `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`, with
    // `<domain>.<account>` before the stream on servers from 2.15 on (NATS ADR-15).
    const tokens = (message.reply ?? '').split('.');
    const first = tokens.length === 9 ? 2 : 4;
    this.stream = tokens[first] ?? '';
    this.consumer = tokens[first + 1] ?? '';
    this.deliveryCount = Number(tokens[first + 2]);
    this.sequence = Number(tokens[first + 3]);
    this.storedAtNanos = BigInt(tokens[first + 5] ?? 0);
  }

  get subject(): string {
    return this.message.subject;
  }

  get data(): Uint8Array {
    return this.message.data;
  }

  get headers(): MsgHdrs | undefined {
    return this.message.headers;
  }

  /** Header `Nats-Msg-Id`, or `undefined` when the publisher set none. */
  get messageId(): string | undefined {
    this.id ??= this.message.headers?.get('Nats-Msg-Id') ?? '';
    return this.id === '' ? undefined : this.id;
  }

  /** Milliseconds since the epoch at which the broker stored it. */
  get storedAtMs(): number {
    return Number(this.storedAtNanos / 1_000_000n);
  }

  ack(): void {
    this.settle(ACK);
  }

  /**
   * Asks for another delivery.
   * @param delayMs at least 1: a nak without a delay would come back at once, in a tight loop
   */
  nak(delayMs: number): void {
    this.settle(`-NAK ${JSON.stringify({ delay: Math.max(1, Math.round(delayMs)) * 1_000_000 })}`);
  }

  /** Never deliver again. Sent bare: servers before 2.10.4 ignore a term that carries a reason. */
  term(): void {
    this.settle(TERM);
  }

  /** Starts the ack wait anew. */
  working(): void {
    if (!this.settled) {
      this.respond(WORKING);
    }
  }

  private settle(word: string): void {
    if (!this.settled) {
      this.settled = true;
      this.respond(word);
    }
  }

  /** What can't be said on a connection that is closed is not missed: the message comes back after the ack wait. */
  private respond(word: string): void {
    try {
      this.message.respond(word);
    } catch (error) {
      logger.warn({ err: error, stream: this.stream, sequence: this.sequence }, 'A message stays unsettled');
    }
  }
}
