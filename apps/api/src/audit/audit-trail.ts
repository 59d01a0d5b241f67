import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AuditEntry, auditSubject } from '#contracts';
import { inTime } from '#http';
import { BrokerUnavailableException, Publisher } from '#jetstream';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

const WAIT_MS = 1_000;
const PAUSE_MS = 1_000;
const MOST_WAITING = 1_000;
const DRAIN_MS = 2_000;

/** Writes down who changed what. */
@Injectable()
export class AuditTrail implements OnModuleDestroy {
  private readonly logger = new Logger(AuditTrail.name);
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<Promise<void>>();

  constructor(private readonly publisher: Publisher) {}

  /** Goes on trying while NATS is away, and lets its caller go on after a second. */
  async record(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void> {
    const whole: AuditEntry = { ...entry, id: randomUUID(), at: new Date().toISOString() };
    if (this.waiting.size >= MOST_WAITING) {
      this.logger.error({ audit: whole }, 'A change is kept in this log only: too many wait for NATS');
      return;
    }
    const work = this.publish(whole).finally(() => this.waiting.delete(work));
    this.waiting.add(work);
    await inTime(work, WAIT_MS, () => new Error('later')).catch(() => undefined);
  }

  /** What has not been taken by then stands in the log. */
  async onModuleDestroy(): Promise<void> {
    const all = Promise.allSettled(this.waiting);
    await Promise.race([all, delay(DRAIN_MS, undefined, { ref: false })]);
    this.stopping.abort();
    await Promise.allSettled(this.waiting);
  }

  private async publish(entry: AuditEntry): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      try {
        await this.publisher.publish(auditSubject(entry.action), JSON.stringify(entry), {
          messageId: entry.id,
        });
        return;
      } catch (error) {
        if (!(error instanceof BrokerUnavailableException) || signal.aborted) {
          this.logger.error({ err: error, audit: entry }, 'A change is kept in this log only');
          return;
        }
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
