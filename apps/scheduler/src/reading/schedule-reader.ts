import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ClockSync } from '../clock/clock-sync.js';
import { DefinitionWatches } from '../definitions/definition-watches.js';
import { LedgerFollower } from '../ledger/ledger-follower.js';
import { PublishedMark } from '../ledger/published-mark.js';
import { SchedulePlan } from '../plan/schedule-plan.js';

const RETRY_MS = 500;

/** Reads what a scheduler goes by, and lets it begin once all of it is known. */
@Injectable()
export class ScheduleReader implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ScheduleReader.name);
  private readonly stopping = new AbortController();

  constructor(
    private readonly clock: ClockSync,
    private readonly definitions: DefinitionWatches,
    private readonly mark: PublishedMark,
    private readonly ledger: LedgerFollower,
    private readonly plan: SchedulePlan,
  ) {}

  onApplicationBootstrap(): void {
    void this.read();
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async read(): Promise<void> {
    await this.clock.begin();
    const beganMs = performance.now();
    await this.readMark();
    // Before the ledger: it has the requests of fires published, which takes their definition.
    await this.definitions.read();
    await this.ledger.read();
    if (!this.stopping.signal.aborted) {
      const tookMs = Math.round(performance.now() - beganMs);
      this.logger.log({ schedules: this.plan.size, tookMs }, 'Schedules are read');
      this.plan.ready();
    }
  }

  private async readMark(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.mark.read();
        return;
      } catch (error) {
        this.logger.warn({ err: error }, 'How far the ledger is published can not be read yet');
        await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
