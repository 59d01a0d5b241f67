import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DeliverPolicy, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { FIRE_SUBJECTS, SCHEDULE_FIRES } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { SchedulePlan } from '../plan/schedule-plan.js';
import { readPosition } from './read-position.js';
import { RequestRelay } from './request-relay.js';

const RETRY_MS = 1_000;

/** What a reading of the ledger is to be stopped by. */
interface Reading {
  stop(): void;
  closed(): Promise<void | Error>;
}

/**
 * Reads the ledger for as long as the process lives: the last entry of each schedule first, then whatever any scheduler
 * decides. After each loss of the broker the last entries are read again.
 */
@Injectable()
export class LedgerFollower implements OnModuleDestroy {
  private readonly logger = new Logger(LedgerFollower.name);
  private readonly stopping = new AbortController();
  private readonly firstRead = Promise.withResolvers<void>();
  private reading: Reading | undefined;
  private streamCreated: string | undefined;
  private isCaughtUp = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly plan: SchedulePlan,
    private readonly relay: RequestRelay,
  ) {
    connection.onReconnect(() => this.reading?.stop());
  }

  /** Whether nothing that stands in the ledger is unknown here. */
  get isCurrent(): boolean {
    return this.isCaughtUp && this.connection.isConnected;
  }

  /** Begins to read. Resolves once all that stood there has been read, which may take for ever. */
  async read(): Promise<void> {
    void this.followForEver();
    await this.firstRead.promise;
  }

  onModuleDestroy(): void {
    this.stopping.abort();
    this.reading?.stop();
    this.firstRead.resolve();
  }

  private async followForEver(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.follow();
      } catch (error) {
        if (!signal.aborted) {
          this.logger.warn({ err: error, stream: SCHEDULE_FIRES }, 'The ledger can not be read yet');
          await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
        }
      }
      this.isCaughtUp = false;
    }
  }

  /** Ends when the reading does. */
  private async follow(): Promise<void> {
    const { nats } = this.connection;
    const manager = await jetstreamManager(nats, { checkAPI: false });
    const { created } = await manager.streams.info(SCHEDULE_FIRES);
    if (this.streamCreated !== undefined && this.streamCreated !== created) {
      this.logger.error({ stream: SCHEDULE_FIRES }, 'The ledger was made anew: schedules begin anew');
      this.plan.forgetLedger();
      this.relay.forgetLedger();
    }
    this.streamCreated = created;
    const consumer = await jetstream(nats, { checkAPI: false }).consumers.getPushConsumer(SCHEDULE_FIRES, {
      filter_subjects: FIRE_SUBJECTS,
      deliver_policy: DeliverPolicy.LastPerSubject,
    });
    const { num_pending: pending } = await consumer.info(true);
    const reading = await consumer.consume({ callback: (message) => this.take(message) });
    this.reading = reading;
    if (pending === 0) {
      this.finishReading();
    }
    if (this.stopping.signal.aborted) {
      reading.stop();
    }
    await reading.closed();
  }

  private take(message: JsMsg): void {
    const { key, position, problem } = readPosition(message);
    if (problem !== undefined) {
      this.logger.error(
        { schedule: key, sequence: message.seq, problem },
        'A word of the ledger can not be read',
      );
    }
    const definition = this.plan.get(key)?.definition;
    // The relay first: what it has to publish keeps the next decision waiting.
    this.relay.follow(key, position, message.time.getTime(), definition);
    this.plan.take(key, position);
    if (!this.isCaughtUp && message.info.pending === 0) {
      this.finishReading();
    }
  }

  private finishReading(): void {
    this.isCaughtUp = true;
    this.firstRead.resolve();
  }
}
