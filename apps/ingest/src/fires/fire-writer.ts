import type { FireOutcome, LedgerEntry } from '#contracts';
import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import { storableText } from '../writer/storable-json.js';
import { inTransaction } from '../writer/transaction.js';

/** An entry of the ledger as it is found in the stream. */
export interface StoredEntry {
  readonly entry: LedgerEntry;
  readonly storedAtMs: number;
  /** Of one that was made afterwards, only the fires count. */
  readonly isBackfill: boolean;
}

interface FireRow {
  readonly agent: string;
  readonly schedule: string;
  readonly scheduledFor: string;
  readonly outcome: FireOutcome;
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly decidedAt: string;
  readonly fires: number;
  readonly scheduledUntil: string | null;
}

interface PositionRow {
  readonly agent: string;
  readonly schedule: string;
  readonly decidedUntil: string;
  readonly hasEnded: boolean;
  readonly storedAt: string;
}

/** What has a run stays as it is; everything else may get one, and what waits may end otherwise. */
const INSERT_FIRES = `
  INSERT INTO schedule_fires AS kept (
    agent_name, schedule_name, scheduled_for, outcome, reason, request_id, decided_at, fires, scheduled_until)
  SELECT * FROM unnest(
    $1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::int[],
    $9::timestamptz[]
  ) AS fire (agent, schedule, scheduled_for, outcome, reason, request_id, decided_at, fires, scheduled_until)
  ORDER BY agent, schedule, scheduled_for, fires
  ON CONFLICT (agent_name, schedule_name, scheduled_for, fires) DO UPDATE SET
    outcome = excluded.outcome, reason = excluded.reason, request_id = excluded.request_id,
    decided_at = excluded.decided_at
  WHERE kept.outcome NOT IN ('fired', 'backfilled')
    AND (kept.outcome = 'queued' AND excluded.outcome <> 'queued' OR excluded.outcome IN ('fired', 'backfilled'))`;

/** By the broker's time: sequences begin again when a stream is made anew. */
const UPSERT_POSITIONS = `
  INSERT INTO schedule_positions AS kept (agent_name, schedule_name, decided_until, has_ended, stored_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bool[], $5::timestamptz[])
    AS position (agent, schedule, decided_until, has_ended, stored_at)
  ORDER BY agent, schedule
  ON CONFLICT (agent_name, schedule_name) DO UPDATE SET
    decided_until = excluded.decided_until, has_ended = excluded.has_ended, stored_at = excluded.stored_at,
    overdue_since = CASE WHEN excluded.has_ended OR excluded.decided_until >= kept.overdue_since
      THEN NULL ELSE kept.overdue_since END
  WHERE excluded.stored_at >= kept.stored_at`;

/** Writes what became of fires, once, however often it is told. */
@Injectable()
export class FireWriter {
  constructor(private readonly database: DatabaseConnection) {}

  /** @throws DatabaseUnavailableException, or QueryFailedError as Postgres gave it */
  async write(entries: readonly StoredEntry[]): Promise<void> {
    const fires = fireRows(entries);
    const positions = positionRows(entries);
    if (fires.length === 0 && positions.length === 0) {
      return;
    }
    await inTransaction(this.database.dataSource, async (runner) => {
      if (fires.length > 0) {
        await runner.query(INSERT_FIRES, columnsOfFires(fires));
      }
      if (positions.length > 0) {
        await runner.query(UPSERT_POSITIONS, columnsOfPositions(positions));
      }
    });
  }
}

/** Of several words about one fire, the one that would stay if each were written by itself. */
function fireRows(entries: readonly StoredEntry[]): FireRow[] {
  const rows = new Map<string, FireRow>();
  for (const { agent, schedule, fires, decided_at } of entries.map(({ entry }) => entry)) {
    for (const fire of fires) {
      const key = `${agent} ${schedule} ${Date.parse(fire.scheduled_for)} ${fire.fires ?? 1}`;
      const before = rows.get(key)?.outcome;
      if (before === undefined || replaces(fire.outcome, before)) {
        rows.set(key, {
          agent,
          schedule,
          scheduledFor: fire.scheduled_for,
          outcome: fire.outcome,
          reason: fire.reason === undefined ? null : storableText(fire.reason),
          requestId: fire.request_id ?? null,
          decidedAt: decided_at,
          fires: fire.fires ?? 1,
          scheduledUntil: fire.scheduled_until ?? null,
        });
      }
    }
  }
  return [...rows.values()];
}

function hasRun(outcome: FireOutcome): boolean {
  return outcome === 'fired' || outcome === 'backfilled';
}

function replaces(outcome: FireOutcome, before: FireOutcome): boolean {
  return !hasRun(before) && (hasRun(outcome) || (before === 'queued' && outcome !== 'queued'));
}

function positionRows(entries: readonly StoredEntry[]): PositionRow[] {
  const rows = new Map<string, PositionRow>();
  for (const { entry, storedAtMs, isBackfill } of entries) {
    const { agent, schedule, until, timing } = entry;
    const key = `${agent} ${schedule}`;
    const storedAt = new Date(storedAtMs).toISOString();
    if (!isBackfill && storedAt >= (rows.get(key)?.storedAt ?? '')) {
      rows.set(key, { agent, schedule, decidedUntil: until, hasEnded: timing === undefined, storedAt });
    }
  }
  return [...rows.values()];
}

function columnsOfFires(rows: readonly FireRow[]): unknown[][] {
  return [
    rows.map(({ agent }) => agent),
    rows.map(({ schedule }) => schedule),
    rows.map(({ scheduledFor }) => scheduledFor),
    rows.map(({ outcome }) => outcome),
    rows.map(({ reason }) => reason),
    rows.map(({ requestId }) => requestId),
    rows.map(({ decidedAt }) => decidedAt),
    rows.map(({ fires }) => fires),
    rows.map(({ scheduledUntil }) => scheduledUntil),
  ];
}

function columnsOfPositions(rows: readonly PositionRow[]): unknown[][] {
  return [
    rows.map(({ agent }) => agent),
    rows.map(({ schedule }) => schedule),
    rows.map(({ decidedUntil }) => decidedUntil),
    rows.map(({ hasEnded }) => hasEnded),
    rows.map(({ storedAt }) => storedAt),
  ];
}
