import { Injectable } from '@nestjs/common';
import { DatabaseConnection } from '#database';
import { storableJson, storableText } from './storable-json.js';
import { inTransaction } from './transaction.js';

/** A message that a stage refused for good. */
export interface DeadLetter {
  /** Which stage refused it, the last token of `runs.dead.<stage>`. */
  readonly stage: string;
  readonly reason: string;
  /** The stream that the refused message was read from, and its place there. */
  readonly stream: string;
  readonly sequence: number;
  /** When the broker stored it: sequences begin again when a stream is made anew. */
  readonly storedAt: Date;
  readonly subject: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** The bytes as they came. */
  readonly payload: Uint8Array;
  readonly deadAt: Date;
}

const INSERT_DEAD_LETTERS = `
  INSERT INTO dead_letters (stage, reason, stream, sequence, stored_at, subject, headers, payload, dead_at)
  SELECT * FROM unnest(
    $1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[],
    $7::jsonb[], $8::bytea[], $9::timestamptz[]
  ) AS letter (stage, reason, stream, sequence, stored_at, subject, headers, payload, dead_at)
  ORDER BY stream, sequence, stored_at
  ON CONFLICT (stream, sequence, stored_at) DO NOTHING`;

/** Keeps dead letters where people look for them. */
@Injectable()
export class DeadLetterWriter {
  constructor(private readonly database: DatabaseConnection) {}

  /**
   * Adds the letters that are not there yet; the same message is kept once.
   * @throws DatabaseUnavailableException, or QueryFailedError as Postgres gave it
   */
  async write(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) {
      return;
    }
    const columns = [
      letters.map(({ stage }) => storableText(stage)),
      letters.map(({ reason }) => storableText(reason)),
      letters.map(({ stream }) => storableText(stream)),
      letters.map(({ sequence }) => sequence),
      letters.map(({ storedAt }) => storedAt.toISOString()),
      letters.map(({ subject }) => storableText(subject)),
      letters.map(({ headers }) => storableJson(headers)),
      letters.map(({ payload }) => Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)),
      letters.map(({ deadAt }) => deadAt.toISOString()),
    ];
    await inTransaction(this.database.dataSource, (runner) => runner.query(INSERT_DEAD_LETTERS, columns));
  }
}
