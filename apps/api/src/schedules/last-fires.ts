import { DatabaseConnection } from '#database';
import { isDatabaseUnavailable } from '#database';
import { Injectable } from '@nestjs/common';
import { fromPostgres } from '../http/in-reach.js';
import type { LastFireView } from './schedule-view.js';

/** What Postgres has of a schedule. */
export interface ScheduleRecord {
  /** ISO 8601; null when nobody has decided about it yet. */
  readonly decidedUntil: string | null;
  readonly overdueSince: string | null;
  readonly lastFire: LastFireView | null;
}

interface Row {
  readonly key: string;
  readonly decided_until: Date | null;
  readonly overdue_since: Date | null;
  readonly scheduled_for: Date | null;
  readonly outcome: LastFireView['outcome'];
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly run_id: string | null;
  readonly run_status: LastFireView['run_status'];
}

const RECORDS = `
  SELECT wanted.agent || '.' || wanted.schedule AS key, decided_until, overdue_since,
    last.scheduled_for, last.outcome, last.reason, last.request_id, run.id AS run_id, run.status AS run_status
  FROM unnest($1::text[], $2::text[]) AS wanted (agent, schedule)
  LEFT JOIN schedule_positions AS position
    ON position.agent_name = wanted.agent AND position.schedule_name = wanted.schedule
  LEFT JOIN LATERAL (
    SELECT scheduled_for, outcome, reason, request_id FROM schedule_fires
    WHERE agent_name = wanted.agent AND schedule_name = wanted.schedule
    ORDER BY scheduled_for DESC, fires LIMIT 1
  ) AS last ON true
  LEFT JOIN agent_runs AS run ON run.request_id = last.request_id`;

/** Reads how far schedules are decided, and what became of the latest fire of each. */
@Injectable()
export class LastFires {
  constructor(private readonly database: DatabaseConnection) {}

  /** By key, `<agent>.<schedule>`; nothing while Postgres is away, because schedules can be shown without. */
  async of(keys: readonly string[]): Promise<ReadonlyMap<string, ScheduleRecord> | undefined> {
    const names = keys.map((key) => key.split('.'));
    const columns = [names.map(([agent]) => agent), names.map(([, schedule]) => schedule)];
    try {
      const query = async (): Promise<Row[]> => await this.database.dataSource.query<Row[]>(RECORDS, columns);
      return new Map((await fromPostgres(query)).map((row) => [row.key, recordOf(row)]));
    } catch (error) {
      if (!isDatabaseUnavailable(error)) {
        throw error;
      }
      return undefined;
    }
  }
}

function recordOf(row: Row): ScheduleRecord {
  const { decided_until, overdue_since, scheduled_for, outcome, reason, request_id, run_id, run_status } =
    row;
  return {
    decidedUntil: decided_until?.toISOString() ?? null,
    overdueSince: overdue_since?.toISOString() ?? null,
    lastFire:
      scheduled_for === null
        ? null
        : {
            scheduled_for: scheduled_for.toISOString(),
            outcome,
            reason,
            request_id,
            run_id: run_id === null ? null : Number(run_id),
            run_status,
          },
  };
}
