import { type AnyRunEvent, isFinal } from '#contracts';

/** Decided runs that are remembered: events that come after the final one follow soon. */
const REMEMBERED = 100_000;

/**
 * The runs that a replay restores, so that each is counted once however many events it has. Remembers those that are
 * not final yet, and the latest of the others.
 */
export class RestoredRuns {
  private readonly open = new Set<string>();
  private readonly decided = new Set<string>();

  has(requestId: string): boolean {
    return this.open.has(requestId) || this.decided.has(requestId);
  }

  isDecided(requestId: string): boolean {
    return this.decided.has(requestId);
  }

  /** @returns whether the run is new here */
  add(event: AnyRunEvent): boolean {
    const { request_id: requestId } = event;
    const isNew = !this.has(requestId);
    if (!isFinal(event)) {
      if (isNew) {
        this.open.add(requestId);
      }
      return isNew;
    }
    this.open.delete(requestId);
    this.decided.add(requestId);
    if (this.decided.size > REMEMBERED) {
      const [oldest] = this.decided;
      this.decided.delete(oldest ?? '');
    }
    return isNew;
  }
}
