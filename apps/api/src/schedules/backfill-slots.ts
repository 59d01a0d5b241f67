import {
  type BackfillReport,
  type BackfillSchedule,
  ContractViolation,
  fireRequestId,
  MAX_BACKFILLED,
  type ScheduleDefinition,
} from '#contracts';
import { DatabaseConnection } from '#database';
import { instantsOf, millisecondsOf } from '#schedules';
import { Injectable } from '@nestjs/common';

const MAX_LISTED = 1_000;

/** A fire that may be filled in. */
export interface Slot {
  /** ISO 8601 */
  readonly scheduledFor: string;
  readonly requestId: string;
}

const DECIDED_UNTIL = `
  SELECT decided_until FROM schedule_positions
  WHERE agent_name = $1 AND schedule_name = $2 AND NOT has_ended`;

const TAKEN = `
  SELECT scheduled_for FROM schedule_fires
  WHERE agent_name = $1 AND schedule_name = $2 AND scheduled_for = ANY ($3::timestamptz[])
    AND outcome IN ('fired', 'backfilled', 'queued')
  UNION
  SELECT scheduled_for FROM unnest($3::timestamptz[], $4::text[]) AS slot (scheduled_for, request_id)
  WHERE EXISTS (SELECT FROM agent_runs WHERE agent_runs.request_id = slot.request_id)`;

/** Knows which fires of a schedule have no run. */
@Injectable()
export class BackfillSlots {
  constructor(private readonly database: DatabaseConnection) {}

  /**
   * The fires of a range. Those that schedulers have not decided yet are left to them.
   * @throws ContractViolation when there are too many, or what Postgres throws
   */
  async of(definition: ScheduleDefinition, { from, to }: BackfillSchedule): Promise<Slot[]> {
    const { agent, name } = definition;
    const rows = await this.database.dataSource.query<{ decided_until: Date | null }[]>(DECIDED_UNTIL, [
      agent,
      name,
    ]);
    const decidedMs = rows[0]?.decided_until?.getTime() ?? Infinity;
    const toMs = Math.min(millisecondsOf(to), Date.now(), decidedMs);
    const instants = instantsOf(definition);
    const slots: Slot[] = [];
    for (let at = instants.next(millisecondsOf(from) - 1); at <= toMs; at = instants.next(at)) {
      if (slots.length === MAX_BACKFILLED) {
        const message = `the range must have at most ${MAX_BACKFILLED} fires`;
        throw new ContractViolation([{ field: 'to', message }]);
      }
      const date = new Date(at);
      slots.push({ scheduledFor: date.toISOString(), requestId: fireRequestId(agent, name, date) });
    }
    return slots;
  }

  /** Of these, those that have no run and are not going to have one. @throws what Postgres throws */
  async empty({ agent, name }: ScheduleDefinition, slots: readonly Slot[]): Promise<Slot[]> {
    const rows = await this.database.dataSource.query<{ scheduled_for: Date }[]>(TAKEN, [
      agent,
      name,
      slots.map(({ scheduledFor }) => scheduledFor),
      slots.map(({ requestId }) => requestId),
    ]);
    const taken = new Set(rows.map(({ scheduled_for }) => scheduled_for.toISOString()));
    return slots.filter(({ scheduledFor }) => !taken.has(scheduledFor));
  }
}

export function backfillReport(
  { agent, name }: ScheduleDefinition,
  slots: readonly Slot[],
  empty: readonly Slot[],
  isDryRun: boolean,
): BackfillReport {
  return {
    agent,
    schedule: name,
    dry_run: isDryRun,
    slots: slots.length,
    taken: slots.length - empty.length,
    empty: empty.slice(0, MAX_LISTED).map(({ scheduledFor }) => scheduledFor),
    empty_count: empty.length,
  };
}
