import { DEAD_LETTERS, INGEST_DEAD_LETTERS } from '#contracts';
import { DatabaseConnection } from '#database';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { deadLetterOf } from '../../consumers/dead-letter-of.js';
import { type DeadLetter, DeadLetterWriter } from '../../writer/dead-letter-writer.js';
import { LiveProgress } from '../streams/live-progress.js';
import { messageBatches } from '../streams/message-batches.js';

const MAX_MESSAGES = 100;

const FIND = `
  SELECT said.index
  FROM unnest($1::int[], $2::text[], $3::bigint[], $4::timestamptz[]) AS said (index, stream, sequence, stored_at)
    JOIN dead_letters AS known USING (stream, sequence, stored_at)`;

/** Restores rows of dead letters that the table lacks. */
@Injectable()
export class DeadLetterReplay {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly live: LiveProgress,
    private readonly database: DatabaseConnection,
    private readonly writer: DeadLetterWriter,
  ) {}

  /**
   * @param dryRun only counts them
   * @returns how many were missing
   */
  async run(dryRun: boolean, signal: AbortSignal): Promise<number> {
    const { writtenUpTo } = await this.live.of(DEAD_LETTERS, INGEST_DEAD_LETTERS);
    const range = { stream: DEAD_LETTERS, fromSequence: 1, upTo: writtenUpTo };
    let added = 0;
    for await (const messages of messageBatches(this.connection, range, MAX_MESSAGES, signal)) {
      const missing = await this.missingAmong(uniqueLetters(messages.map(deadLetterOf)));
      added += missing.length;
      if (!dryRun) {
        await this.writer.write(missing);
      }
    }
    return added;
  }

  private async missingAmong(letters: readonly DeadLetter[]): Promise<DeadLetter[]> {
    const found = await this.database.dataSource.query<{ index: number }[]>(FIND, [
      letters.map((_, index) => index),
      letters.map(({ stream }) => stream),
      letters.map(({ sequence }) => sequence),
      letters.map(({ storedAt }) => storedAt.toISOString()),
    ]);
    const known = new Set(found.map(({ index }) => index));
    return letters.filter((_, index) => !known.has(index));
  }
}

/** A message may be refused twice; it is one letter. */
function uniqueLetters(letters: readonly DeadLetter[]): DeadLetter[] {
  const placed = letters.map((letter) => {
    const { stream, sequence, storedAt } = letter;
    return [`${stream} ${sequence} ${storedAt.toISOString()}`, letter] as const;
  });
  return [...new Map(placed.toReversed()).values()].toReversed();
}
