import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';

/** A message by its place; its time tells a stream from one that was made anew under the same name. */
export interface MessagePlace {
  readonly stream: string;
  readonly sequence: number;
  readonly storedAtMs: number;
}

const FIND = `
  SELECT letter.sequence
  FROM dead_letters AS letter
    JOIN unnest($2::bigint[], $3::timestamptz[]) AS said (sequence, stored_at) ON letter.sequence = said.sequence
      AND letter.stored_at >= said.stored_at AND letter.stored_at < said.stored_at + interval '1 millisecond'
  WHERE letter.stream = $1`;

/** Which messages have been refused for good. */
@Injectable()
export class StoredDeadLetters {
  constructor(private readonly database: DatabaseConnection) {}

  /** Sequences of those messages of one stream that have a dead letter. */
  async among(stream: string, messages: readonly MessagePlace[]): Promise<ReadonlySet<number>> {
    if (messages.length === 0) {
      return new Set();
    }
    const rows = await this.database.dataSource.query<{ sequence: string }[]>(FIND, [
      stream,
      messages.map(({ sequence }) => sequence),
      messages.map(({ storedAtMs }) => new Date(storedAtMs).toISOString()),
    ]);
    return new Set(rows.map(({ sequence }) => Number(sequence)));
  }
}
