import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { ScheduleDefinition } from '#contracts';
import { OpenRuns } from '../deciding/open-runs.js';
import { type DecidedFire, FirePublisher } from '../firing/fire-publisher.js';
import { PublishingPause } from '../firing/publishing-pause.js';
import type { LedgerPosition } from '../plan/planned-schedule.js';
import { PublishedMark } from './published-mark.js';

/** Entries whose requests are on their way to the broker at the same time. */
const MAX_PUBLISHING = 1_024;

interface Relayed {
  readonly sequence: number;
  readonly key: string;
  readonly fires: DecidedFire[];
  readonly storedAtMs: number;
  readonly definition: ScheduleDefinition | undefined;
}

/**
 * Publishes the requests of fires that the ledger has decided. Every scheduler does, whoever has decided, so that none
 * is lost when one dies in between: the broker keeps one request per id.
 */
@Injectable()
export class RequestRelay implements OnModuleDestroy {
  private readonly logger = new Logger(RequestRelay.name);
  private readonly waiting: Relayed[] = [];
  private readonly taken = new Map<string, number>();
  /** By schedule, how many of its entries have requests that are not all published. */
  private readonly open = new Map<string, number>();
  private clearListener: ((key: string) => void) | undefined;
  private publishing = 0;
  private stopped = false;

  constructor(
    private readonly publisher: FirePublisher,
    private readonly mark: PublishedMark,
    private readonly pause: PublishingPause,
    private readonly runs: OpenRuns,
  ) {
    pause.onEnd(() => this.publishWaiting());
  }

  /** Calls back when everything that is decided of a schedule is published. */
  onClear(listener: (key: string) => void): void {
    this.clearListener = listener;
  }

  onModuleDestroy(): void {
    this.stopped = true;
  }

  /** Another ledger begins, with sequences of its own. */
  forgetLedger(): void {
    this.taken.clear();
    this.mark.forgetLedger();
  }

  /** Whether everything that is decided of a schedule is published. Nothing new may be decided of it before that. */
  isClear(key: string): boolean {
    return !this.open.has(key);
  }

  /**
   * An entry of the ledger. One that it has already is no harm.
   * @param definition of the schedule as it was before the entry, which may be the last word about it
   */
  follow(
    key: string,
    { sequence, entry: { fires } }: LedgerPosition,
    storedAtMs: number,
    definition: ScheduleDefinition | undefined,
  ): void {
    if (sequence <= (this.taken.get(key) ?? 0)) {
      return;
    }
    this.taken.set(key, sequence);
    const fired = fires.flatMap(({ outcome, scheduled_for, request_id }) =>
      outcome === 'fired' && request_id !== undefined
        ? [{ scheduledFor: scheduled_for, requestId: request_id }]
        : [],
    );
    const isOpen = fired.length > 0 && !this.mark.covers(sequence, storedAtMs);
    this.mark.note(sequence, isOpen);
    if (isOpen) {
      this.open.set(key, (this.open.get(key) ?? 0) + 1);
      this.waiting.push({ sequence, key, fires: fired, storedAtMs, definition });
      this.publishWaiting();
    }
  }

  private publishWaiting(): void {
    while (this.waiting.length > 0 && this.publishing < MAX_PUBLISHING && !this.stopped && !this.pause.isOn) {
      void this.publish(this.waiting.shift()!);
    }
  }

  private async publish(relayed: Relayed): Promise<void> {
    this.publishing += 1;
    try {
      await this.publishAll(relayed);
      this.pause.noteSuccess();
      this.finish(relayed);
    } catch (error) {
      this.waiting.unshift(relayed);
      if (!this.stopped) {
        this.pause.noteFailure(error, this.waiting.length + this.publishing);
      }
    }
    this.publishing -= 1;
    this.publishWaiting();
  }

  private async publishAll({ key, fires, storedAtMs, definition }: Relayed): Promise<void> {
    if (definition === undefined) {
      const requests = fires.map(({ requestId }) => requestId);
      this.logger.error({ schedule: key, requests }, 'Fires of a schedule that is gone are not published');
      return;
    }
    for (const fire of fires) {
      const isOver = this.mark.isOld(storedAtMs) && (await this.runs.state(fire.requestId)) === 'over';
      if (!isOver) {
        await this.publisher.publish(definition, fire);
      }
    }
  }

  private finish({ key, sequence }: Relayed): void {
    this.mark.finish(sequence);
    const left = (this.open.get(key) ?? 1) - 1;
    if (left > 0) {
      this.open.set(key, left);
      return;
    }
    this.open.delete(key);
    this.clearListener?.(key);
  }
}
