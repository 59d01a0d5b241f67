interface Waiter {
  readonly wanted: number;
  readonly grant: (slots: number) => void;
}

/**
 * The places in which an executor can work at the same time, shared by all of its consumers. A place is taken
 * before a message is asked for, so nothing waits in this process that another one could work on.
 */
export class SlotPool {
  private readonly waiters: Waiter[] = [];
  private taken = 0;

  constructor(readonly size: number) {}

  /** Whether somebody waits for a place: then nobody should hold one while idle. */
  get isContended(): boolean {
    return this.waiters.length > 0;
  }

  get inUse(): number {
    return this.taken;
  }

  /** Resolves, first come first served, with at least 1 and at most `wanted` slots. */
  async acquire(wanted: number): Promise<number> {
    const free = this.size - this.taken;
    if (free > 0 && this.waiters.length === 0) {
      const granted = Math.min(free, wanted);
      this.taken += granted;
      return granted;
    }
    return await new Promise<number>((grant) => this.waiters.push({ wanted, grant }));
  }

  release(slots: number): void {
    this.taken -= slots;
    while (this.waiters.length > 0 && this.taken < this.size) {
      const waiter = this.waiters.shift();
      this.taken += 1;
      waiter?.grant(1);
    }
  }
}
