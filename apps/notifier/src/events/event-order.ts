import { Injectable } from '@nestjs/common';
import { AgentStreaks } from '../streaks/agent-streaks.js';
import { EventHistory } from './event-history.js';
import type { StoredMessage } from './stored-message.js';

/**
 * Puts what is delivered into the order of the stream, each message once and none left out, whatever was given to other
 * notifiers, was lost on its way, or comes again: what is missing before a message is read from the stream.
 */
@Injectable()
export class EventOrder {
  /** Of the last message that was handled, as was everything before it. */
  private sequence: number | undefined;
  /** Nobody knows it of what another notifier has handled. */
  private storedAtNanos = 0n;

  constructor(
    private readonly history: EventHistory,
    private readonly streaks: AgentStreaks,
  ) {}

  /**
   * Gives all messages up to the last of these that have not been handled, in order. A part counts as handled when the
   * next one is asked for.
   * @param delivered in any order
   * @throws BrokerUnavailableException when what is missing can't be read
   */
  async *upTo(delivered: readonly StoredMessage[]): AsyncGenerator<readonly StoredMessage[]> {
    let messages = delivered.toSorted((one, other) => one.sequence - other.sequence);
    let handled = await this.begin(messages[0]);
    for (;;) {
      messages = messages.slice(indexOrEnd(messages, ({ sequence }) => sequence > handled));
      const [first] = messages;
      if (first === undefined) {
        return;
      }
      if (first.sequence === handled + 1) {
        yield* this.handled(runAtStartOf(messages));
      } else {
        yield* this.missing(handled, first.sequence);
      }
      handled = this.sequence ?? handled;
    }
  }

  /** A stream that was made anew begins at 1 again, with messages that are newer than all that were handled. */
  private async begin(first: StoredMessage | undefined): Promise<number> {
    const isAnotherStream =
      first !== undefined &&
      first.sequence <= (this.sequence ?? 0) &&
      first.storedAtNanos > this.storedAtNanos;
    return this.sequence === undefined || isAnotherStream
      ? this.leapTo(await this.history.decidedUpTo())
      : this.sequence;
  }

  private async *missing(after: number, before: number): AsyncGenerator<readonly StoredMessage[]> {
    const decided = Math.min(await this.history.decidedUpTo(), before - 1);
    const from = decided > after ? this.leapTo(decided) : after;
    for await (const messages of this.history.between(from, before)) {
      yield* this.handled(messages);
    }
    this.sequence = before - 1;
  }

  private async *handled(messages: readonly StoredMessage[]): AsyncGenerator<readonly StoredMessage[]> {
    yield messages;
    const last = messages.at(-1);
    if (last !== undefined) {
      this.sequence = last.sequence;
      this.storedAtNanos = last.storedAtNanos;
    }
  }

  /** Past what others have decided on; what was known of the streaks may be old by then. */
  private leapTo(sequence: number): number {
    this.streaks.forget();
    this.sequence = sequence;
    this.storedAtNanos = 0n;
    return sequence;
  }
}

function runAtStartOf(messages: readonly StoredMessage[]): readonly StoredMessage[] {
  const first = messages[0]?.sequence ?? 0;
  return messages.slice(
    0,
    indexOrEnd(messages, ({ sequence }, index) => sequence !== first + index),
  );
}

function indexOrEnd(
  messages: readonly StoredMessage[],
  isWanted: (message: StoredMessage, index: number) => boolean,
): number {
  const index = messages.findIndex(isWanted);
  return index === -1 ? messages.length : index;
}
