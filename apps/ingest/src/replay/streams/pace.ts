/** Bounds how many events a second are handled. */
export class Pace {
  private freeAtMs = 0;

  /**
   * @param eventsPerSecond no bound when absent
   * @param nowMs a clock that only goes forward
   */
  constructor(
    private readonly eventsPerSecond: number | undefined,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Messages that are to be read at once: a quarter of a second's worth. */
  batchSize(most: number): number {
    const { eventsPerSecond = Infinity } = this;
    return Math.min(most, Math.max(1, Math.floor(eventsPerSecond / 4)));
  }

  /** Milliseconds after which the next events may follow. */
  waitMs(): number {
    return Math.max(0, this.freeAtMs - this.nowMs());
  }

  /** So many have been handled. */
  took(events: number): void {
    if (this.eventsPerSecond !== undefined) {
      this.freeAtMs = Math.max(this.freeAtMs, this.nowMs()) + (events * 1_000) / this.eventsPerSecond;
    }
  }
}
