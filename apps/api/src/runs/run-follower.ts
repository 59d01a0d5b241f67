import { isFinal } from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { BrokerUnavailableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { Alarm } from './alarm.js';
import { EventReader, type PlacedEvent } from './event-reader.js';
import { isFinalStatus } from './is-final-status.js';
import type { KnownRun } from './known-runs.js';
import { RunTable } from './run-table.js';
import { FINAL_ID, StoredEvents, type ToldEvent } from './stored-events.js';
import { WakeUps } from './wake-ups.js';

/** Pauses between looks: short after something has happened, growing while nothing does. */
const SHORTEST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;
/** Who has looked for long without success looks into Postgres this seldom. */
const POSTGRES_EVERY_MS = 3_000;

/** Where a follower has been before: after which event, and whether that was the last one. */
export interface FollowedUpTo {
  readonly sequence: number;
  readonly hasFinal: boolean;
}

/** Tells what happens to a run, from its beginning or where the follower was, to its end. */
@Injectable()
export class RunFollower {
  constructor(
    private readonly events: EventReader,
    private readonly table: RunTable,
    private readonly storedEvents: StoredEvents,
    private readonly wakeUps: WakeUps,
  ) {}

  /** `null`: it has looked, and there was nothing new. Servers that go away meanwhile are waited for. */
  async *follow(run: KnownRun, upTo: FollowedUpTo, signal: AbortSignal): AsyncGenerator<ToldEvent | null> {
    const requestId = run.view.request_id;
    const alarm = new Alarm();
    const stop = this.wakeUps.listen(requestId, () => alarm.ring());
    signal.addEventListener('abort', () => alarm.ring(), { once: true });
    try {
      let { sequence } = upTo;
      let pauseMs = SHORTEST_PAUSE_MS;
      let askedPostgresMs = -Infinity;
      while (!signal.aborted) {
        const placed = await whileThere(this.events.read(requestId, sequence), []);
        for (const each of placed) {
          sequence = each.sequence;
          yield toldOf(each);
          if (isFinal(each.event)) {
            return;
          }
        }
        const now = performance.now();
        if (
          placed.length === 0 &&
          (pauseMs < LONGEST_PAUSE_MS || now - askedPostgresMs > POSTGRES_EVERY_MS)
        ) {
          askedPostgresMs = now;
          const end = await whileThere(this.endInPostgres(requestId, sequence === 0), []);
          yield* end;
          if (end.length > 0) {
            return;
          }
        }
        yield null;
        const hasRung = await alarm.wait(pauseMs);
        pauseMs = hasRung || placed.length > 0 ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      }
    } finally {
      stop();
    }
  }

  /** Whether the run ended with that event. @throws BrokerUnavailableException */
  async isFinalAt({ view }: KnownRun, sequence: number): Promise<boolean> {
    const [placed] = await this.events.read(view.request_id, sequence - 1);
    return placed?.sequence === sequence && isFinal(placed.event);
  }

  /** Of a run that was over at once, or whose events are gone from the stream: its end is in Postgres only. */
  private async endInPostgres(requestId: string, isWhole: boolean): Promise<ToldEvent[]> {
    const stored = await this.table.find(requestId);
    if (stored === undefined || !isFinalStatus(stored.view.status)) {
      return [];
    }
    if (!isWhole) {
      return [await this.storedEvents.final(stored)];
    }
    const events: ToldEvent[] = [];
    for await (const event of this.storedEvents.of(stored)) {
      events.push(event);
    }
    return events;
  }
}

/** Reads a `Last-Event-ID`. */
export function followedUpTo(lastEventId: string | undefined): FollowedUpTo {
  const sequence = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0;
  return { sequence, hasFinal: lastEventId === FINAL_ID };
}

function toldOf({ sequence, event }: PlacedEvent): ToldEvent {
  return { id: String(sequence), type: event.type, data: event };
}

async function whileThere<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof BrokerUnavailableException || isDatabaseUnavailable(error)) {
      return otherwise;
    }
    throw error;
  }
}
