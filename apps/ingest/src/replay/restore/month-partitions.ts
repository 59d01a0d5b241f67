import { type AnyRunEvent, isFinal } from '#contracts';
import { DatabaseConnection } from '#database';
import { Injectable, Logger } from '@nestjs/common';

const DAY_MS = 86_400_000;
/** What is older stays in the default partition. */
const OLDEST_MS = 3_650 * DAY_MS;

/** Makes the partitions of months that are restored, so that retention can drop them like those that were there. */
@Injectable()
export class MonthPartitions {
  private readonly logger = new Logger(MonthPartitions.name);
  private readonly known = new Set<string>();

  constructor(private readonly database: DatabaseConnection) {}

  /** Before the events are written. One that can't be made now is tried again with the next events. */
  async ensureFor(events: readonly AnyRunEvent[]): Promise<void> {
    for (const event of events) {
      if (isFinal(event)) {
        await this.ensure('agent_metrics', Date.parse(event.finished_at));
      } else if (event.type === 'log') {
        await this.ensure('agent_run_logs', Date.parse(event.at));
      }
    }
  }

  private async ensure(table: string, atMs: number): Promise<void> {
    const month = firstDayOf(atMs);
    const key = `${table} ${month}`;
    if (this.known.has(key) || atMs > Date.now() || atMs < Date.now() - OLDEST_MS) {
      return;
    }
    try {
      await this.database.dataSource.query('SELECT agent_partition_create($1, $2)', [table, month]);
      this.known.add(key);
    } catch (error) {
      this.logger.warn(
        { err: error, table, month },
        'A partition could not be made; its rows go to the default one',
      );
    }
  }
}

/** Of the month in UTC. */
function firstDayOf(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 'YYYY-MM'.length)}-01`;
}
