import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Msg, nanos, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { JetStreamMessage } from './jetstream-message.js';

/** How long the broker keeps a pull open when there is nothing to deliver. */
const EXPIRES_MS = 5_000;
const HEARTBEAT_MS = 1_000;
/** Two heartbeats missed, and some slack for a busy event loop. */
const SILENCE_MS = 2 * HEARTBEAT_MS + 1_000;
/** A quick pull that waits longer is held up by the consumer's `max_ack_pending`. */
const QUICK_MS = 100;
/** A broker that does not confirm the end of a pull within this time is away. */
const CANCEL_MS = 250;
/** The same when the process ends, and nobody else would take what comes. */
const DRAIN_MS = 1_000;
const REFUSED_PAUSE_MS = 500;
/** Silent pulls in a row after which the connection itself is suspected, if their end is not confirmed either. */
const RECONNECT_AFTER = 2;
/** Of the refusals, and of the silences, in a row the first and every so many-th is logged. */
const LOG_EVERY = 60;

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

interface OpenPull {
  readonly reply: string;
  readonly resolve: () => void;
  remaining: number;
  timer?: NodeJS.Timeout;
  isEnding?: boolean;
}

/**
 * One durable consumer's line to the broker: asks for a number of messages and says when that request is over.
 * At most one request is open at a time, so what was asked for and not delivered is always known.
 */
export class PullSubscription {
  private readonly logger = new Logger(PullSubscription.name);
  private subscription: Subscription | undefined;
  private open: OpenPull | undefined;
  private requests = 0;
  private silences = 0;
  private refusals = 0;
  private isStopped = false;

  constructor(
    private readonly line: PullLine,
    private readonly target: PullTarget,
    private readonly onMessage: (message: JetStreamMessage) => void,
  ) {}

  /** Pulls in a row that the broker answered with silence or refused; 0 when it is heard. */
  get silent(): number {
    return this.silences + this.refusals;
  }

  /**
   * Asks for up to `batch` messages. Resolves when all have been delivered, or the request is over.
   * @param quick end at once when nothing is there, instead of after 5 s
   */
  async pull(batch: number, { quick }: { quick: boolean }): Promise<void> {
    if (this.isStopped || this.line.nats.isClosed()) {
      await pause(REFUSED_PAUSE_MS, undefined, { ref: false });
      return;
    }
    this.requests += 1;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.open = { reply: `${this.inbox()}.${this.requests}`, resolve, remaining: batch };
    this.send(this.open, quick);
    await promise;
  }

  /**
   * Ends the open request: because somebody else needs its slots, or the broker may have forgotten it. Messages that
   * are already on their way are still delivered, and the request counts as open until then.
   */
  async cancel(): Promise<void> {
    const { open } = this;
    if (open !== undefined && open.isEnding !== true) {
      await this.forget(open);
    }
  }

  /** Stops for good; messages that are already on their way are still delivered before this resolves. */
  async drain(): Promise<void> {
    this.isStopped = true;
    await this.cancel();
    await this.unsubscribe();
  }

  private end(open: OpenPull): void {
    clearTimeout(open.timer);
    this.open = undefined;
    open.resolve();
  }

  /** @returns whether the broker has answered */
  private async forget(open: OpenPull): Promise<boolean> {
    open.isEnding = true;
    clearTimeout(open.timer);
    const isAnswered = await this.unsubscribe();
    this.end(open);
    return isAnswered;
  }

  /**
   * Without interest in its inbox the broker forgets a request. What it had just sent there is on its way: the inbox
   * takes it until the broker has answered, also when that is not waited for any more, or it would be lost until the
   * ack wait is over, and pass for the work of a process that died.
   * @returns whether the broker has answered
   */
  private async unsubscribe(): Promise<boolean> {
    const { subscription } = this;
    if (subscription === undefined) {
      return true;
    }
    const patienceMs = this.isStopped ? DRAIN_MS : CANCEL_MS;
    const isAnswered = await Promise.race([drained(subscription), pause(patienceMs, false, { ref: false })]);
    this.subscription = undefined;
    return isAnswered;
  }

  /** A new one after each cancelled request, so that nothing that was meant for that one is taken for another. */
  private inbox(): string {
    const inbox = this.subscription?.getSubject().slice(0, -2) ?? `${this.line.inbox}.${this.requests}`;
    this.subscription ??= this.line.nats.subscribe(`${inbox}.*`, {
      callback: (_error, message) => this.receive(message, inbox),
    });
    return inbox;
  }

  private send(open: OpenPull, quick: boolean): void {
    const batch = open.remaining;
    const body = quick
      ? { batch, no_wait: true }
      : { batch, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    const { stream, durable } = this.target;
    this.line.nats.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(body), {
      reply: open.reply,
    });
    open.timer = quick
      ? setTimeout(() => void this.cancel(), QUICK_MS)
      : setTimeout(() => void this.endSilent(open), SILENCE_MS);
    open.timer.unref();
  }

  private receive(message: Msg, inbox: string): void {
    const { open } = this;
    this.silences = 0;
    if (message.reply === undefined || message.reply === '') {
      this.receiveStatus(message);
      return;
    }
    this.refusals = 0;
    this.onMessage(new JetStreamMessage(message));
    // What comes late to the inbox of an earlier request is none of this one's.
    if (open !== undefined && open.isEnding !== true && open.reply.startsWith(`${inbox}.`)) {
      open.remaining -= 1;
      open.timer?.refresh();
      if (open.remaining <= 0) {
        this.end(open);
      }
    }
  }

  private receiveStatus(message: Msg): void {
    const { open } = this;
    if (open === undefined || open.isEnding === true || message.subject !== open.reply) {
      return; // a late word about an earlier request ends nothing
    }
    const code = message.headers?.code ?? 0;
    if (code === NO_RESPONDERS || code === CONFLICT) {
      this.endRefused(open, message);
      return;
    }
    this.refusals = 0;
    if (code === IDLE_HEARTBEAT) {
      open.timer?.refresh();
    } else {
      this.end(open);
    }
  }

  /** Not at once, or a consumer that is gone would be asked for in a tight loop. */
  private endRefused(open: OpenPull, message: Msg): void {
    if (this.refusals % LOG_EVERY === 0) {
      const reason = message.headers?.description ?? 'no such consumer, or JetStream is not ready';
      this.logger.warn({ ...this.target, reason }, 'The broker refused a pull, trying again');
    }
    this.refusals += 1;
    clearTimeout(open.timer);
    open.timer = setTimeout(() => void this.cancel(), REFUSED_PAUSE_MS);
    open.timer.unref();
  }

  /**
   * The watchdog: a pull that hears neither message nor heartbeat has been forgotten by the broker, or its consumer
   * does not exist (nats-server 2.9 does not say so).
   */
  private async endSilent(open: OpenPull): Promise<void> {
    if (this.silences % LOG_EVERY === 0) {
      this.logger.warn(this.target, 'The consumer is silent, pulling anew');
    }
    this.silences += 1;
    const isAnswered = await this.forget(open);
    if (!isAnswered && this.silences % RECONNECT_AFTER === 0) {
      this.logger.warn(this.target, 'The broker is silent, connecting anew');
      await this.line.nats.reconnect();
    }
  }
}

async function drained(subscription: Subscription): Promise<true> {
  if (!subscription.isClosed()) {
    await subscription.drain().catch(() => undefined); // the connection is closed: nothing comes any more
  }
  return true;
}
