import { isFinal, isPackSubject, readRunEvents } from '#contracts';
import { type FinishedRun, isFinishedRun } from '../notices/finished-run.js';
import type { EventPosition } from '../streaks/streak.js';
import type { StoredMessage } from './stored-message.js';

const TYPES: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'reported']);
const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** What is looked at of an event before anybody asks for more. */
interface Glimpse {
  readonly type?: unknown;
  readonly agent?: unknown;
  readonly error?: unknown;
}

/** What seems to be the final event of a run that succeeded or failed. */
export class RunEnd {
  private constructor(
    readonly agent: string,
    readonly position: EventPosition,
    private readonly glimpse: Glimpse,
    private readonly message: StoredMessage,
  ) {}

  /**
   * The ends in a message of runs of some agents, in order. Most events are none, and are not looked at closely; what
   * can't be understood is nobody's news, and ingest sends it to the dead letters.
   * @returns them, and how many events there are
   */
  static in(
    message: StoredMessage,
    isWanted: (agent: string) => boolean,
  ): { readonly ends: readonly RunEnd[]; readonly events: number } {
    const { sequence, storedAtNanos } = message;
    const items = itemsOf(message);
    const ends: RunEnd[] = [];
    for (const [index, item] of items.entries()) {
      const glimpse = (item ?? {}) as Glimpse;
      const { type, agent } = glimpse;
      if (TYPES.has(type) && typeof agent === 'string' && isWanted(agent)) {
        ends.push(new RunEnd(agent, { sequence, index, storedAtNanos }, glimpse, message));
      }
    }
    return { ends, events: items.length };
  }

  get hasFailed(): boolean {
    const { type, error } = this.glimpse;
    return type === 'failed' || (type === 'reported' && typeof error === 'string');
  }

  /** The whole event; nothing when it breaks its contract. */
  read(): FinishedRun | undefined {
    const { subject, data } = this.message;
    const message = isPackSubject(subject)
      ? { subject, data: encoder.encode(JSON.stringify([this.glimpse])) }
      : { subject, data };
    const [event] = readRunEvents(message).events;
    return event !== undefined && isFinal(event) && isFinishedRun(event) ? event : undefined;
  }
}

function itemsOf({ subject, data }: StoredMessage): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(decoder.decode(data));
    if (isPackSubject(subject)) {
      return Array.isArray(parsed) ? parsed : [undefined];
    }
    return [parsed];
  } catch {
    return [undefined];
  }
}
