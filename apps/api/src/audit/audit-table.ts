import { utcTimestamp } from '#contracts';
import { DatabaseConnection } from '#database';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import { type Page, pageOf } from '../http/page.js';
import type { AuditQuery } from './audit-query.js';
import type { AuditView } from './audit-view.js';

const LIST = `
  SELECT id, at, action, actor_kind, actor, target, outcome, status, address, details
  FROM audit_log
  WHERE ($1::bigint IS NULL OR id < $1)
    AND ($2::text IS NULL OR action = $2)
    AND ($3::text IS NULL OR actor = $3)
    AND ($4::text IS NULL OR target = $4)
    AND ($5::text IS NULL OR outcome = $5)
    AND ($6::timestamptz IS NULL OR at >= $6)
    AND ($7::timestamptz IS NULL OR at < $7)
  ORDER BY id DESC LIMIT $8`;

type Row = Omit<AuditView, 'id' | 'at'> & { readonly id: string; readonly at: Date };

/** Reads what ingest keeps of changes. */
@Injectable()
export class AuditTable {
  constructor(private readonly database: DatabaseConnection) {}

  /** Newest first. @throws what Postgres throws when it is away */
  async list({
    limit,
    cursor,
    action,
    actor,
    target,
    outcome,
    from,
    to,
  }: AuditQuery): Promise<Page<AuditView>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, ['number'])[0];
    const filters = [action, actor, target, outcome, utcTimestamp(from), utcTimestamp(to)];
    const values = [before, ...filters.map((filter) => filter ?? null), limit + 1];
    const rows = await fromPostgres(async () => await this.database.dataSource.query<Row[]>(LIST, values));
    return pageOf(rows.map(viewOf), limit, ({ id }) => [id]);
  }
}

function viewOf(row: Row): AuditView {
  return { ...row, id: Number(row.id), at: row.at.toISOString() };
}
