import { EXECUTORS_BUCKET, PRESENCE_EVERY_MS } from '#contracts';
import { JetStreamConnection, JetStreamServer } from '#jetstream';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';
import { PresenceReport } from './presence-report.js';

type Word = (bucket: KV, id: string) => Promise<void>;

/**
 * Keeps this executor in the bucket `EXECUTORS` from when it takes runs until it has stopped. Nothing relies on it but
 * people: who works on a run is known from its events.
 */
@Injectable()
export class PresenceHeartbeat implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(PresenceHeartbeat.name);
  private timer: NodeJS.Timeout | undefined;
  private isSpeaking = false;
  private isOver = false;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly server: JetStreamServer,
    private readonly report: PresenceReport,
  ) {}

  onModuleInit(): void {
    this.connection.onReconnect(() => this.beat());
    this.server.closing.addEventListener('abort', () => this.beat(), { once: true });
    this.server.prepare(async () => {
      // Not waited for: without it, runs are taken all the same.
      this.timer ??= setInterval(() => this.beat(), PRESENCE_EVERY_MS).unref();
      this.beat();
    });
  }

  /** The runs are over by then. The answer is not waited for: the connection sends what it has before it closes. */
  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.isOver = true;
    if (this.timer !== undefined && this.connection.isConnected) {
      void this.say(async (bucket, id) => await bucket.delete(id));
    }
  }

  private beat(): void {
    if (this.timer === undefined || this.isOver || this.isSpeaking || !this.connection.isConnected) {
      return;
    }
    this.isSpeaking = true;
    const presence = JSON.stringify(this.report.presence(this.server.closing.aborted));
    void this.say(async (bucket, id) => {
      await bucket.put(id, presence);
    }).finally(() => (this.isSpeaking = false));
  }

  private async say(word: Word): Promise<void> {
    try {
      await word(await new Kvm(this.connection.nats).open(EXECUTORS_BUCKET), this.report.id);
    } catch (error) {
      this.logger.debug({ err: error }, 'The executor could not say that it is there');
    }
  }
}
