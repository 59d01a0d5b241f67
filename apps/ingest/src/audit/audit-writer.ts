import type { AuditEntry } from '#contracts';
import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import { storableJson, storableText } from '../writer/storable-json.js';

const INSERT_ENTRIES = `
  INSERT INTO audit_log (entry_id, at, action, actor_kind, actor, target, outcome, status, address, details)
  SELECT * FROM unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
    $9::text[], $10::jsonb[]
  )
  ON CONFLICT (entry_id) DO NOTHING`;

/** Keeps who changed what. */
@Injectable()
export class AuditWriter {
  constructor(private readonly database: DatabaseConnection) {}

  /**
   * Adds the entries that are not there yet.
   * @throws DatabaseUnavailableException, or QueryFailedError as Postgres gave it
   */
  async write(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) {
      return;
    }
    await this.database.dataSource.query(INSERT_ENTRIES, [
      entries.map(({ id }) => id),
      entries.map(({ at }) => at),
      entries.map(({ action }) => action),
      entries.map(({ actor_kind: kind }) => kind),
      entries.map(({ actor }) => storableText(actor)),
      entries.map(({ target }) => (target === undefined ? null : storableText(target))),
      entries.map(({ outcome }) => outcome),
      entries.map(({ status }) => status),
      entries.map(({ address }) => (address === undefined ? null : storableText(address))),
      entries.map(({ details }) => (details === undefined ? null : storableJson(details))),
    ]);
  }
}
