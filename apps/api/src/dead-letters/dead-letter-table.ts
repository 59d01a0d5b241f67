import {
  type DeadLetterFilter,
  type ListDeadLetters,
  type ListDeadLettersAnswer,
  type ListedDeadLetter,
  requestSubject,
  RUN_PRIORITIES,
} from '#contracts';
import { DatabaseConnection } from '#database';
import { DEAD_LETTER_HEADERS } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { StoredDeadLetter } from './stored-dead-letter.js';

const PAYLOAD_START_BYTES = 500;

const MATCHES = `
  ($1::text IS NULL OR stage = $1)
  AND ($2::text IS NULL OR position(lower($2) IN lower(reason)) > 0)
  AND ($3::text[] IS NULL OR subject = ANY ($3))`;

const LIST = `
  SELECT id, stage, reason, stream, sequence, subject, headers, stored_at, dead_at,
    octet_length(payload) AS payload_bytes, substring(payload FROM 1 FOR ${PAYLOAD_START_BYTES}) AS payload_start
  FROM dead_letters WHERE ${MATCHES} AND ($4::bigint IS NULL OR id < $4) ORDER BY id DESC LIMIT $5`;

const FIND = `
  SELECT id, stage, reason, stream, sequence, subject, headers, stored_at, dead_at, payload,
    octet_length(payload) AS payload_bytes, substring(payload FROM 1 FOR ${PAYLOAD_START_BYTES}) AS payload_start
  FROM dead_letters WHERE id = $1`;

const COLUMNS = 'id, stage, stream, sequence, stored_at, subject, headers, payload';
const PAGE = `
  SELECT ${COLUMNS} FROM dead_letters WHERE ${MATCHES} AND id > $4 AND id <= $5 ORDER BY id LIMIT $6`;
const BY_ID = `SELECT ${COLUMNS} FROM dead_letters WHERE id = ANY ($1::bigint[]) ORDER BY id`;
const NEWEST = 'SELECT coalesce(max(id), 0) AS id FROM dead_letters';
const COUNT = `SELECT count(*) AS count FROM dead_letters WHERE ${MATCHES}`;
const COUNT_BY_ID = 'SELECT count(*) AS count FROM dead_letters WHERE id = ANY ($1::bigint[])';

interface LetterRow {
  readonly id: string;
  readonly stage: string;
  readonly reason: string;
  readonly stream: string;
  readonly sequence: string;
  readonly subject: string;
  readonly headers: Record<string, string[]>;
  readonly stored_at: Date;
  readonly dead_at: Date;
  readonly payload: Buffer;
  readonly payload_bytes: number;
  readonly payload_start: Buffer;
}

/** A letter with all that is kept of it. */
type WholeDeadLetter = ListedDeadLetter & Pick<LetterRow, 'headers'> & { readonly payload_base64: string };

/** Reads the dead letters that ingest keeps. Everything here throws what Postgres throws when it is away. */
@Injectable()
export class DeadLetterTable {
  constructor(private readonly database: DatabaseConnection) {}

  /** Newest first; pages by id, because that only grows. */
  async list({ limit, cursor, ...filter }: ListDeadLetters): Promise<ListDeadLettersAnswer> {
    const rows = await this.query<LetterRow>(LIST, [...conditions(filter), cursor ?? null, limit + 1]);
    const page = rows.slice(0, limit).map(listed);
    const last = page.at(-1);
    return {
      dead_letters: page,
      next_cursor: rows.length > limit && last !== undefined ? String(last.id) : null,
    };
  }

  async find(id: number): Promise<WholeDeadLetter | undefined> {
    const [row] = await this.query<LetterRow>(FIND, [id]);
    return row === undefined
      ? undefined
      : { ...listed(row), headers: row.headers, payload_base64: row.payload.toString('base64') };
  }

  /** Those above `afterId` up to `lastId`, oldest first, with their payloads: ask for few at a time. */
  async page(
    filter: DeadLetterFilter,
    { afterId, lastId, limit }: { readonly afterId: number; readonly lastId: number; readonly limit: number },
  ): Promise<StoredDeadLetter[]> {
    const rows = await this.query<LetterRow>(PAGE, [...conditions(filter), afterId, lastId, limit]);
    return rows.map(storedLetter);
  }

  /** 0 when there is none. */
  async newestId(): Promise<number> {
    const [row] = await this.query<{ id: string }>(NEWEST, []);
    return Number(row?.id);
  }

  /** Oldest first; ids that nothing has are left out. */
  async byIds(ids: readonly number[]): Promise<StoredDeadLetter[]> {
    return (await this.query<LetterRow>(BY_ID, [ids])).map(storedLetter);
  }

  async count(which: DeadLetterFilter | readonly number[]): Promise<number> {
    const [row] = Array.isArray(which)
      ? await this.query<{ count: string }>(COUNT_BY_ID, [which])
      : await this.query<{ count: string }>(COUNT, conditions(which as DeadLetterFilter));
    return Number(row?.count);
  }

  private async query<T>(sql: string, values: readonly unknown[]): Promise<T[]> {
    return await this.database.dataSource.query<T[]>(sql, [...values]);
  }
}

function conditions({ stage, reason_contains, agent }: DeadLetterFilter): unknown[] {
  const subjects =
    agent === undefined ? null : RUN_PRIORITIES.map((priority) => requestSubject(agent, priority));
  return [stage ?? null, reason_contains ?? null, subjects];
}

function listed(row: LetterRow): ListedDeadLetter {
  const { stage, reason, stream, subject, headers } = row;
  return {
    id: Number(row.id),
    stage,
    reason,
    stream,
    sequence: Number(row.sequence),
    subject,
    message_id: headers[DEAD_LETTER_HEADERS.messageId]?.[0] ?? null,
    stored_at: row.stored_at.toISOString(),
    dead_at: row.dead_at.toISOString(),
    payload_bytes: row.payload_bytes,
    payload_start: row.payload_start.toString('utf8'),
  };
}

function storedLetter({ id, stage, stream, sequence, stored_at, subject, headers, payload }: LetterRow) {
  return {
    id: Number(id),
    stage,
    stream,
    sequence: Number(sequence),
    storedAt: stored_at,
    subject,
    headers,
    payload,
  } satisfies StoredDeadLetter;
}
