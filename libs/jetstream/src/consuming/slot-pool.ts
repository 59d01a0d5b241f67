/**
 * The places in which an executor can work at the same time, shared by all of its consumers. A place is taken
 * before a message is asked for, so nothing waits in this process that another one could work on.
 */
export class SlotPool {
  /** Each is called with the number of slots it gets. */
  private readonly waiters: ((slots: number) => void)[] = [];
  private readonly lenders = new Set<() => void>();
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
    return await new Promise<number>((grant) => {
      this.waiters.push(grant);
      this.askForOne();
    });
  }

  release(slots: number): void {
    this.taken -= slots;
    while (this.waiters.length > 0 && this.taken < this.size) {
      const grant = this.waiters.shift();
      this.taken += 1;
      grant?.(1);
    }
  }

  /**
   * Says that the caller holds slots for which it has no work yet.
   * @param giveBack called at most once, when somebody waits for a slot: release them soon
   * @returns ends the offer
   */
  lend(giveBack: () => void): () => void {
    this.lenders.add(giveBack);
    if (this.isContended) {
      this.askForOne();
    }
    return () => this.lenders.delete(giveBack);
  }

  /** Who has held slots idle for longest is asked first. */
  private askForOne(): void {
    const [giveBack] = this.lenders;
    if (giveBack !== undefined) {
      this.lenders.delete(giveBack);
      giveBack();
    }
  }
}
