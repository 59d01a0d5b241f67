import { Logger } from '@nestjs/common';
import { type Msg, nanos, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { JetStreamMessage } from './jetstream-message.js';

/** How long the broker keeps a pull open when there is nothing to deliver. */
const EXPIRES_MS = 5_000;
const HEARTBEAT_MS = 1_500;
/** Two heartbeats missed, and some slack for a busy event loop. */
const SILENCE_MS = 2 * HEARTBEAT_MS + 1_000;
const NO_RESPONDERS_PAUSE_MS = 500;
/** Silent pulls in a row after which the connection itself is suspected. */
const RECONNECT_AFTER = 3;

const IDLE_HEARTBEAT = 100;
const NO_RESPONDERS = 503;
const CONFLICT = 409;

/** Where the answers to one consumer's pulls arrive. */
export interface PullLine {
  readonly nats: NatsConnection;
  /** Subject that nobody else uses. */
  readonly inbox: string;
}

export interface PullTarget {
  readonly stream: string;
  readonly durable: string;
}

/**
 * One durable consumer's line to the broker: asks for a number of messages and says when that request is over.
 * At most one request is open at a time, so what was asked for and not delivered is always known.
 */
export class PullSubscription {
  private readonly logger = new Logger(PullSubscription.name);
  private readonly subscription: Subscription;
  private request = 0;
  private remaining = 0;
  private over: (() => void) | undefined;
  private silence: NodeJS.Timeout | undefined;
  private silentPulls = 0;

  constructor(
    private readonly line: PullLine,
    private readonly target: PullTarget,
    private readonly onMessage: (message: JetStreamMessage) => void,
  ) {
    this.subscription = line.nats.subscribe(`${line.inbox}.*`, {
      callback: (_error, message) => this.receive(message),
    });
  }

  /** Pulls in a row that the broker answered with silence; 0 when it is heard. */
  get silent(): number {
    return this.silentPulls;
  }

  /**
   * Asks for up to `batch` messages. Resolves when all have been delivered, or the broker has ended the request.
   * @param noWait end at once when nothing is there, instead of after 5 s
   */
  async pull(batch: number, { noWait }: { noWait: boolean }): Promise<void> {
    this.remaining = batch;
    this.request += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = resolve;
    this.send(batch, noWait);
    this.listenForSilence();
    await promise;
    clearTimeout(this.silence);
  }

  /** Ends the open request, because the broker has forgotten it (after a reconnect) or nobody wants it any more. */
  abandon(): void {
    this.over?.();
  }

  /** Stops; messages that are already on their way are still delivered before this resolves. */
  async drain(): Promise<void> {
    if (!this.subscription.isClosed() && !this.line.nats.isClosed()) {
      await this.subscription.drain();
    }
    this.abandon();
  }

  private send(batch: number, noWait: boolean): void {
    if (this.line.nats.isClosed()) {
      this.over?.();
      return;
    }
    const body = noWait
      ? { batch, no_wait: true }
      : { batch, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    const { stream, durable } = this.target;
    this.line.nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(body), {
      reply: `${this.line.inbox}.${this.request}`,
    });
  }

  private receive(message: Msg): void {
    this.silentPulls = 0;
    this.listenForSilence();
    if (message.reply === undefined || message.reply === '') {
      this.receiveStatus(message);
      return;
    }
    this.remaining -= 1;
    this.onMessage(new JetStreamMessage(message));
    if (this.remaining <= 0) {
      this.over?.();
    }
  }

  private receiveStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === IDLE_HEARTBEAT || message.subject !== `${this.line.inbox}.${this.request}`) {
      return; // a late word about an earlier request ends nothing
    }
    if (code === NO_RESPONDERS) {
      this.logger.warn(this.target, 'The broker has no such consumer, or JetStream is not ready');
      setTimeout(() => this.over?.(), NO_RESPONDERS_PAUSE_MS).unref();
      return;
    }
    if (code === CONFLICT) {
      this.logger.warn({ ...this.target, reason: message.headers?.description }, 'The broker ended a pull');
    }
    this.over?.();
  }

  /** The watchdog: a pull that hears neither message nor heartbeat has been forgotten by the broker. */
  private listenForSilence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.silentPulls += 1;
      this.logger.warn(
        { ...this.target, silentPulls: this.silentPulls },
        'The consumer is silent, pulling anew',
      );
      if (this.silentPulls % RECONNECT_AFTER === 0) {
        void this.line.nats.reconnect();
      }
      this.over?.();
    }, SILENCE_MS);
    this.silence.unref();
  }
}
