import { type AnyRunEvent, isFinal } from '#contracts';
import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import { runRow } from '../../writer/rows-of-events.js';
import { storableJson } from '../../writer/storable-json.js';
import { COUNT_LINES, FIND_ATTEMPTS, FIND_DECIDING, FIND_RUNS } from './event-sql.js';
import type { Finding } from './finding.js';
import { KeptHistory } from './kept-history.js';

interface StoredRun {
  /** BIGINT, which `pg` hands over as text. */
  readonly id: string;
  readonly request_id: string;
  readonly attempt: number;
  readonly waits: boolean;
  readonly final: boolean;
}

/** What the tables hold of the runs that some events speak of. */
interface Stored {
  readonly runs: ReadonlyMap<string, StoredRun>;
  /** Of the final event that made its run's row, by its place: how many of its metrics are there. */
  readonly deciding: ReadonlyMap<number, number>;
  /** Places of the `attempt_failed` events whose row is there. */
  readonly attempts: ReadonlySet<number>;
  /** Of a `log` event, by its place: how many of its lines are there. */
  readonly lines: ReadonlyMap<number, number>;
}

/** Holds events against the tables, and changes nothing. */
@Injectable()
export class EventAudit {
  constructor(
    private readonly database: DatabaseConnection,
    private readonly kept: KeptHistory,
  ) {}

  /**
   * One finding for each event, in their order.
   * @param storedAtMs when the broker stored an event, milliseconds since the epoch
   * @throws DatabaseUnavailableException, or what else Postgres gives
   */
  async findingsOf(
    events: readonly AnyRunEvent[],
    storedAtMs: (event: AnyRunEvent) => number,
  ): Promise<Finding[]> {
    if (events.length === 0) {
      return [];
    }
    const requestIds = [...new Set(events.map(({ request_id }) => request_id))];
    const rows = await this.query<StoredRun>(FIND_RUNS, requestIds);
    const runs = new Map(rows.map((row) => [row.request_id, row]));
    const stored: Stored = {
      runs,
      deciding: await this.deciding(events, runs),
      attempts: await this.attempts(events, runs),
      lines: await this.lines(events, runs),
    };
    return events.map((event, index) =>
      this.kept.isExpired(event, storedAtMs(event))
        ? { event, verdict: 'expired', isFinal: false, missingRows: 0 }
        : findingOf(event, index, stored, Object.keys(this.kept.metricsOf(event)).length),
    );
  }

  private async deciding(
    events: readonly AnyRunEvent[],
    runs: Stored['runs'],
  ): Promise<ReadonlyMap<number, number>> {
    const said = places(events, isFinal)
      .filter(({ event }) => runs.get(event.request_id)?.final === true)
      .map(({ event, index }) => {
        const { request_id, status, attempt, finished_at } = runRow(event);
        return {
          index,
          request_id,
          status,
          attempt,
          finished_at,
          names: Object.keys(this.kept.metricsOf(event)),
        };
      });
    const found = await this.queryJson<{ index: number; metrics: string }>(FIND_DECIDING, said);
    return new Map(found.map(({ index, metrics }) => [index, Number(metrics)]));
  }

  private async attempts(events: readonly AnyRunEvent[], runs: Stored['runs']): Promise<ReadonlySet<number>> {
    const said = places(events, (event) => event.type === 'attempt_failed').map(({ event, index }) => {
      return { index, run_id: runs.get(event.request_id)?.id, attempt: event.attempt };
    });
    return new Set((await this.queryJson<{ index: number }>(FIND_ATTEMPTS, said)).map(({ index }) => index));
  }

  private async lines(
    events: readonly AnyRunEvent[],
    runs: Stored['runs'],
  ): Promise<ReadonlyMap<number, number>> {
    const said = places(events, (event) => event.type === 'log').map(({ event, index }) => {
      const times = event.entries.map(({ at }) => at).toSorted(byTime);
      return {
        index,
        run_id: runs.get(event.request_id)?.id,
        attempt: event.attempt,
        first: event.first_line,
        last: event.first_line + event.entries.length - 1,
        from_at: times[0],
        to_at: times.at(-1),
      };
    });
    const found = await this.queryJson<{ index: number; lines: string }>(COUNT_LINES, said);
    return new Map(found.map(({ index, lines }) => [index, Number(lines)]));
  }

  private async queryJson<T>(sql: string, said: readonly object[]): Promise<T[]> {
    return said.length === 0 ? [] : await this.query<T>(sql, storableJson(said));
  }

  private async query<T>(sql: string, value: unknown): Promise<T[]> {
    return await this.database.dataSource.query<T[]>(sql, [value]);
  }
}

function findingOf(event: AnyRunEvent, index: number, stored: Stored, metrics: number): Finding {
  const run = stored.runs.get(event.request_id);
  if (run === undefined) {
    return { event, verdict: 'missing', kind: 'run', isFinal: false, missingRows: metrics };
  }
  const about = { event, runId: Number(run.id), isFinal: run.final, missingRows: 0 } as const;
  if (isFinal(event)) {
    return run.final
      ? ofDecided(metrics, stored.deciding.get(index), about)
      : { ...about, verdict: 'missing', kind: 'status', missingRows: metrics };
  }
  if (event.type === 'attempt_failed' && !stored.attempts.has(index)) {
    return { ...about, verdict: 'missing', kind: 'attempt', missingRows: 1 };
  }
  if (!run.final && isNewer(event, run)) {
    return { ...about, verdict: 'missing', kind: 'status' };
  }
  const missingLines = event.type === 'log' ? event.entries.length - (stored.lines.get(index) ?? 0) : 0;
  return missingLines > 0
    ? { ...about, verdict: 'missing', kind: 'log', missingRows: missingLines }
    : { ...about, verdict: 'stored' };
}

function ofDecided(metrics: number, stored: number | undefined, about: Omit<Finding, 'verdict'>): Finding {
  if (stored === undefined) {
    return { ...about, verdict: 'duplicate' };
  }
  const missingRows = metrics - stored;
  return missingRows > 0
    ? { ...about, verdict: 'missing', kind: 'metrics', missingRows }
    : { ...about, verdict: 'stored' };
}

/** As the writer sees it: within one attempt `pending` comes after `running`. */
function isNewer(event: AnyRunEvent, run: StoredRun): boolean {
  return (
    event.attempt > run.attempt ||
    (event.attempt === run.attempt && event.type === 'attempt_failed' && !run.waits)
  );
}

function places<T extends AnyRunEvent>(
  events: readonly AnyRunEvent[],
  isMeant: (event: AnyRunEvent) => event is T,
): { readonly event: T; readonly index: number }[] {
  return events.flatMap((event, index) => (isMeant(event) ? [{ event, index }] : []));
}

function byTime(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}
