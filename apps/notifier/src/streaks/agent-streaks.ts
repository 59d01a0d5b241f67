import { bucketStream, bucketSubject, NOTIFICATION_STREAKS_BUCKET } from '#contracts';
import { Publisher, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { Streak } from './streak.js';

/** A streak as the bucket holds it. */
interface StoredStreak {
  readonly failures: number;
  readonly failures_before: number;
  readonly sequence: number;
  /** 0 when absent: before there were packs, each message had one event. */
  readonly index?: number;
  /** Nanoseconds since the epoch, more than a number holds. */
  readonly stored_at: string;
}

interface KnownStreak {
  readonly streak: Streak | undefined;
  /** Of the bucket's value, 0 when there is none. */
  readonly revision: number;
}

/** Streaks by agent; an agent of which nothing has been counted has none. */
export type Streaks = Map<string, Streak | undefined>;

/**
 * The streak of each agent, shared by all notifiers. What was read once is not read again until somebody else changes
 * it.
 */
@Injectable()
export class AgentStreaks {
  private readonly known = new Map<string, KnownStreak>();

  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /** @throws BrokerUnavailableException when they can't be read */
  async of(agents: Iterable<string>): Promise<Streaks> {
    const found = await Promise.all(
      [...agents].map(async (agent) => [agent, (await this.knownOrRead(agent)).streak] as const),
    );
    return new Map(found);
  }

  /**
   * Stores what has changed since it was read.
   * @throws WrongLastSequenceException when another notifier changed a streak meanwhile: read the events again
   * @throws BrokerUnavailableException when nobody knows whether it is stored
   */
  async store(streaks: Streaks): Promise<void> {
    await Promise.all(
      [...streaks].map(async ([agent, streak]) => {
        if (streak !== undefined) {
          await this.storeOne(agent, streak);
        }
      }),
    );
  }

  /** What is needed next is read anew. */
  forget(): void {
    this.known.clear();
  }

  private async knownOrRead(agent: string): Promise<KnownStreak> {
    const known = this.known.get(agent) ?? (await this.read(agent));
    this.known.set(agent, known);
    return known;
  }

  private async read(agent: string): Promise<KnownStreak> {
    const subject = bucketSubject(NOTIFICATION_STREAKS_BUCKET, agent);
    const found = await this.reader.last(bucketStream(NOTIFICATION_STREAKS_BUCKET), subject);
    const streak = found === undefined || found.data.length === 0 ? undefined : streakOf(found.json());
    return { streak, revision: found?.seq ?? 0 };
  }

  private async storeOne(agent: string, streak: Streak): Promise<void> {
    const known = this.known.get(agent);
    if (known?.streak === streak) {
      return;
    }
    // Forgotten first: when there is no answer, nobody knows what the bucket holds.
    this.known.delete(agent);
    const subject = bucketSubject(NOTIFICATION_STREAKS_BUCKET, agent);
    const { seq } = await this.publisher.publish(subject, JSON.stringify(storedOf(streak)), {
      expectedLastSubjectSequence: known?.revision ?? 0,
    });
    this.known.set(agent, { streak, revision: seq });
  }
}

function streakOf({ failures, failures_before, sequence, index = 0, stored_at }: StoredStreak): Streak {
  return {
    failures,
    failuresBefore: failures_before,
    position: { sequence, index, storedAtNanos: BigInt(stored_at) },
  };
}

function storedOf({ failures, failuresBefore, position }: Streak): StoredStreak {
  return {
    failures,
    failures_before: failuresBefore,
    sequence: position.sequence,
    index: position.index,
    stored_at: String(position.storedAtNanos),
  };
}
