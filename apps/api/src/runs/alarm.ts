import { setTimeout as delay } from 'node:timers/promises';

/** The broker tells listeners a moment before it can be read. */
const STORED_MS = 15;

/** Ends a wait. Rung before, it ends the next one. */
export class Alarm {
  private rung = Promise.withResolvers<true>();

  ring(): void {
    this.rung.resolve(true);
  }

  /** @returns whether it rang */
  async wait(milliseconds: number): Promise<boolean> {
    const late = Promise.withResolvers<false>();
    const timer = setTimeout(() => late.resolve(false), milliseconds);
    const hasRung = await Promise.race([this.rung.promise, late.promise]);
    clearTimeout(timer);
    if (hasRung) {
      this.rung = Promise.withResolvers();
      await delay(STORED_MS);
    }
    return hasRung;
  }
}
