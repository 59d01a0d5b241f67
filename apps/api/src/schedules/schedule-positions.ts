import { DatabaseConnection } from '#database';
import { Injectable, Logger } from '@nestjs/common';

/** How far the ledger has a schedule. */
export interface SchedulePosition {
  readonly decided_until: Date | null;
  readonly overdue_since: Date | null;
}

const POSITIONS = `
  SELECT agent_name || '.' || schedule_name AS key, decided_until, overdue_since
  FROM schedule_positions
  WHERE (agent_name, schedule_name) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/** What Postgres has of schedules. */
@Injectable()
export class SchedulePositions {
  private readonly logger = new Logger(SchedulePositions.name);

  constructor(private readonly database: DatabaseConnection) {}

  /** By key; nothing while Postgres is away, because schedules can be listed without. */
  async of(keys: readonly string[]): Promise<Map<string, SchedulePosition>> {
    const names = keys.map((key) => key.split('.'));
    try {
      const rows = await this.database.dataSource.query<(SchedulePosition & { key: string })[]>(POSITIONS, [
        names.map(([agent]) => agent),
        names.map(([, schedule]) => schedule),
      ]);
      return new Map(rows.map((row) => [row.key, row]));
    } catch (error) {
      this.logger.warn({ err: error }, 'How far schedules are decided can not be read');
      return new Map();
    }
  }
}
