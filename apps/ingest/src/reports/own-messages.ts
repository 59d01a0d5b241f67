import { Injectable } from '@nestjs/common';

/** Those of a minute at full speed; what is forgotten is written again, which changes nothing. */
const MAX_KNOWN = 10_000;

/**
 * The messages of `RUN_EVENTS` that this very process has published and writes itself. When one of them comes back
 * through the stream, which is usually a moment later, its rows need not be written a second time.
 */
@Injectable()
export class OwnMessages {
  private readonly outcomes = new Map<string, Promise<boolean>>();

  /**
   * Call before the message is published.
   * @param messageId its `Nats-Msg-Id`
   * @param committed settles once the writing is over, to whether Postgres has a final row of every run that the
   *   message speaks of
   */
  add(messageId: string, committed: Promise<boolean>): void {
    const [oldest] = this.outcomes.keys();
    if (oldest !== undefined && this.outcomes.size >= MAX_KNOWN) {
      this.outcomes.delete(oldest);
    }
    this.outcomes.set(messageId, committed);
  }

  /** Whether the message need not be written; waits for a writing under way. Forgets the message. */
  async isCommitted(messageId: string | undefined): Promise<boolean> {
    const outcome = messageId === undefined ? undefined : this.outcomes.get(messageId);
    if (outcome === undefined) {
      return false;
    }
    this.outcomes.delete(messageId!);
    return await outcome;
  }
}
