const MINUTE_MS = 60_000;
const MOST_KEYS = 50_000;

interface Bucket {
  left: number;
  atMs: number;
}

/** Lets each key do something so often a minute, and a minute's worth at once. */
export class RateLimiter {
  /** Oldest first. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    readonly perMinute: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** @returns 0 when the key may, or else the seconds after which it may again */
  take(key: string): number {
    const now = this.nowMs();
    const { left, atMs } = this.buckets.get(key) ?? { left: this.perMinute, atMs: now };
    const filled = Math.min(this.perMinute, left + ((now - atMs) * this.perMinute) / MINUTE_MS);
    const isTaken = filled >= 1;
    this.buckets.delete(key);
    this.buckets.set(key, { left: isTaken ? filled - 1 : filled, atMs: now });
    this.dropOldest(now);
    return isTaken ? 0 : Math.ceil(((1 - filled) * MINUTE_MS) / this.perMinute / 1_000);
  }

  /** Who has not come for a minute has everything again. */
  private dropOldest(now: number): void {
    for (const [key, { atMs }] of this.buckets) {
      if (this.buckets.size <= MOST_KEYS && now - atMs < MINUTE_MS) {
        return;
      }
      this.buckets.delete(key);
    }
  }
}
