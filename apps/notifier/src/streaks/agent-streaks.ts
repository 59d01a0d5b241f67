import { bucketStream, bucketSubject, NOTIFICATION_STREAKS_BUCKET } from '#contracts';
import { Publisher, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { type EventPosition, type Streak, withRun } from './streak.js';

/** A streak as the bucket holds it. */
interface StoredStreak {
  readonly failures: number;
  readonly failures_before: number;
  readonly sequence: number;
  /** Nanoseconds since the epoch, more than a number holds. */
  readonly stored_at: string;
}

/** The streak of each agent, shared by all notifiers. */
@Injectable()
export class AgentStreaks {
  constructor(
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /**
   * Counts a finished run, once, however often and by whomever its event is read.
   * @returns the streak whose newest run is this one, or nothing when a newer one has been counted since
   * @throws WrongLastSequenceException when another notifier changed the streak at the same time: read the event again
   */
  async count(agent: string, position: EventPosition, hasFailed: boolean): Promise<Streak | undefined> {
    const subject = bucketSubject(NOTIFICATION_STREAKS_BUCKET, agent);
    const found = await this.reader.last(bucketStream(NOTIFICATION_STREAKS_BUCKET), subject);
    const known = found === undefined || found.data.length === 0 ? undefined : streakOf(found.json());
    const streak = withRun(known, position, hasFailed);
    if (streak !== undefined && streak !== known) {
      await this.publisher.publish(subject, JSON.stringify(storedOf(streak)), {
        expectedLastSubjectSequence: found?.seq ?? 0,
      });
    }
    return streak;
  }
}

function streakOf({ failures, failures_before, sequence, stored_at }: StoredStreak): Streak {
  return {
    failures,
    failuresBefore: failures_before,
    position: { sequence, storedAtNanos: BigInt(stored_at) },
  };
}

function storedOf({ failures, failuresBefore, position }: Streak): StoredStreak {
  return {
    failures,
    failures_before: failuresBefore,
    sequence: position.sequence,
    stored_at: String(position.storedAtNanos),
  };
}
