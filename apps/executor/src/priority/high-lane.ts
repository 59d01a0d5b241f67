import { RetryableException } from '#jetstream';
import { Logger } from '@nestjs/common';
import type { LaneAccess, LaneCounts } from './lane-counts.js';

/** A request is heard of before the broker has it on its disk: so long after that, emptiness proves nothing. */
const HEARD_MS = 3_000;
const SOONEST_MS = 25;
/** Between two counts while requests wait. */
const WAITING_MS = 1_000;
/** Between two counts while others work on what there is: one of them may be lost, and what it had comes back. */
const UNSETTLED_MS = 5_000;
/** Between two looks that normal runs take while nothing waits, as far as is known. */
const LOOK_EVERY_MS = 1_000;
/** A place that came to nothing is asked for again after this. */
const PLACE_AGAIN_MS = 2_000;
const MOST_PLACES = 64;

/**
 * Requests of one agent that overtake the others. Each is run in a place of the normal lane: while this executor holds a
 * message of that one unsettled. So the broker, which gives out no more of those than the agent's `concurrency`, bounds
 * both lanes together, and nothing is asked of it while nobody uses this lane.
 */
export class HighLane {
  private readonly logger = new Logger(HighLane.name);
  /** Milliseconds since the epoch from when on a look is worth it; `Infinity` when the lane is empty. */
  private lookFromMs = Infinity;
  private heardAtMs = 0;
  private hearings = 0;
  /** Requests of which this executor knows that nobody else can have them: in work here, or waiting for a retry. */
  private own = 0;
  private isDue = false;
  private counting: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private timerAtMs = Infinity;
  private isClosed = false;

  constructor(
    private readonly agent: string,
    private readonly access: LaneAccess,
  ) {}

  /** Whether there may be a request that goes before a normal one. Costs nothing. */
  get isWorthALook(): boolean {
    return this.lookFromMs !== Infinity && this.lookFromMs <= Date.now();
  }

  /** Whether this executor takes runs of the agent at all. */
  get isOpen(): boolean {
    return this.access.isOpen();
  }

  /** Somebody has asked for a run, or there may be something for another reason. */
  hear(): void {
    this.hearings += 1;
    this.heardAtMs = Date.now();
    this.lookFromMs = 0;
    this.countIn(this.counting === undefined && this.timerAtMs === Infinity ? 0 : SOONEST_MS);
  }

  /**
   * Runs what there is, one after the other. The caller holds a place of the normal lane until this resolves.
   * @param mayGoOn asked before each
   */
  async runAll(mayGoOn: () => boolean): Promise<void> {
    while (mayGoOn() && this.isOpen) {
      const { hearings } = this;
      this.isDue = false;
      if (!(await this.access.runOne()) && hearings === this.hearings) {
        this.lookFromMs = Date.now() + LOOK_EVERY_MS;
        break;
      }
    }
    this.countIn(WAITING_MS);
  }

  /** Does the work of a request, and remembers when it has to come again. */
  async track(work: () => Promise<void>): Promise<void> {
    this.own += 1;
    try {
      await work();
      this.own -= 1;
    } catch (error) {
      if (error instanceof RetryableException) {
        setTimeout(() => this.expectAgain(), error.delayMs + SOONEST_MS).unref();
      } else {
        this.own -= 1;
      }
      throw error;
    }
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private expectAgain(): void {
    this.own -= 1;
    this.isDue = true;
    this.hear();
  }

  private countIn(delayMs: number): void {
    const atMs = Date.now() + delayMs;
    if (this.isClosed || atMs >= this.timerAtMs) {
      return;
    }
    clearTimeout(this.timer);
    this.timerAtMs = atMs;
    this.timer = setTimeout(() => {
      this.timerAtMs = Infinity;
      this.counting = (this.counting ?? Promise.resolve()).then(async () => await this.countOnce());
    }, delayMs).unref();
  }

  private async countOnce(): Promise<void> {
    const { hearings } = this;
    try {
      const counts = await this.access.count();
      if (this.isSettled(counts, hearings)) {
        this.lookFromMs = Infinity;
        return;
      }
      if (counts.pending > 0) {
        this.lookFromMs = 0;
      }
      if (this.isOpen) {
        await this.makePlaces(counts);
      }
      this.countIn(this.nextCountMs(counts));
    } catch (error) {
      this.logger.debug({ err: error, agent: this.agent }, 'What waits with high priority is not known');
      this.countIn(WAITING_MS);
    } finally {
      this.counting = undefined;
    }
  }

  private isSettled({ pending, unsettled }: LaneCounts, hearings: number): boolean {
    const isQuiet = hearings === this.hearings && this.heardAgoMs > HEARD_MS;
    return pending === 0 && unsettled === 0 && this.own === 0 && isQuiet;
  }

  private get heardAgoMs(): number {
    return Date.now() - this.heardAtMs;
  }

  /** What was heard of should be there in no time; then ever less often. */
  private nextCountMs({ pending, unsettled }: LaneCounts): number {
    const restMs = pending > 0 ? WAITING_MS : unsettled > 0 ? UNSETTLED_MS : HEARD_MS;
    return this.isOpen ? Math.min(restMs, Math.max(SOONEST_MS, this.heardAgoMs)) : restMs;
  }

  /**
   * While normal requests wait, each that is given out is a place. Otherwise there is none, so they are made: as many as
   * there are requests, and what the limit leaves.
   */
  private async makePlaces(counts: LaneCounts): Promise<void> {
    const { pending, unsettled, delivered, normalPending, placesTaken } = counts;
    const free = this.access.limit - placesTaken;
    if (normalPending > 0 || free <= 0) {
      return;
    }
    const now = Date.now();
    const turn = Math.floor(now / PLACE_AGAIN_MS);
    const wanted = Math.min(pending, free, MOST_PLACES);
    const reasons = Array.from({ length: wanted }, (_, index) => `${delivered + 1 + index}.${turn}`);
    if (wanted === 0 && this.isDue) {
      reasons.push(`due.${delivered}.${now}`);
    } else if (wanted === 0 && unsettled > this.own) {
      reasons.push(`lost.${delivered}.${Math.floor(now / UNSETTLED_MS)}`);
    }
    await Promise.all(reasons.map(async (reason) => await this.access.makePlace(reason)));
  }
}
