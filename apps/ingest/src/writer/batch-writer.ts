import { Injectable } from '@nestjs/common';
import type { AnyRunEvent } from '#contracts';
import { DatabaseConnection } from '#database';
import type { QueryRunner } from 'typeorm';
import { type FoldedEvents, foldEvents } from './fold-events.js';
import { type Refusal, refusePoison } from './poison-splitter.js';
import type { AttemptRow, LogRow, ProgressRow, RunChange } from './run-row.js';
import {
  FIND_RUNS,
  INSERT_ATTEMPTS,
  INSERT_LOGS,
  UPDATE_PROGRESS,
  UPSERT_AND_FINISH_RUNS,
  UPSERT_RUNS,
} from './run-sql.js';
import { storableJson } from './storable-json.js';
import { FINISH_RUNS } from './summary-sql.js';
import { inSession, transaction } from './transaction.js';
import { TrustedSessions } from './trusted-sessions.js';

/** The stored row of a run that a batch spoke of. */
interface WrittenRun {
  readonly runId: number;
  /** Whether this very batch made the run final. */
  readonly transitioned: boolean;
  /** Of the report that made the run, null for runs of the platform's own. */
  readonly reportHash: string | null;
}

/** By request_id. */
export type WrittenRuns = Map<string, WrittenRun>;

interface StoredRow {
  /** BIGINT, which `pg` hands over as text. */
  readonly id: string;
  readonly request_id: string;
  readonly report_hash: string | null;
  readonly final?: boolean;
}

/**
 * Writes batches of events, each in one transaction: runs, their metrics, attempts and logs, and the daily summaries.
 * What was written once is written for good, so a batch may come again, in any order and in other company.
 */
@Injectable()
export class BatchWriter {
  constructor(
    private readonly database: DatabaseConnection,
    private readonly sessions: TrustedSessions,
  ) {}

  /**
   * Writes all events or none.
   * @returns every run that the events speak of
   * @throws DatabaseUnavailableException before the first connection
   * @throws UnstorableValueError when an event cannot be written as JSON
   * @throws what `pg` or TypeORM gives; the functions of `#database` tell which kind it is
   */
  async write(events: readonly AnyRunEvent[]): Promise<WrittenRuns> {
    if (events.length === 0) {
      return new Map();
    }
    const folded = foldEvents(events);
    const { dataSource } = this.database;
    return inSession(dataSource, async (runner) => {
      await this.sessions.trust(runner);
      return isRunsOnly(folded)
        ? writeAtOnce(runner, folded.changes)
        : transaction(runner, () => writeStepwise(runner, folded));
    });
  }

  /**
   * Writes all events but those whose values Postgres refuses.
   * @throws everything that no event is to blame for; part of the batch may have been written by then
   */
  async writeOrSplit(
    events: readonly AnyRunEvent[],
  ): Promise<{ written: WrittenRuns; refused: Refusal<AnyRunEvent>[] }> {
    const written: WrittenRuns = new Map();
    const refused = await refusePoison(events, async (part) => {
      for (const [requestId, run] of await this.write(part)) {
        const transitioned = run.transitioned || written.get(requestId)?.transitioned === true;
        written.set(requestId, { ...run, transitioned });
      }
    });
    return { written, refused };
  }
}

/** Whether a batch is nothing but the newest word of its runs, as nearly all are under load. */
function isRunsOnly({ attempts, progress, logs }: FoldedEvents): boolean {
  return attempts.length === 0 && progress.length === 0 && logs.length === 0;
}

async function writeAtOnce(runner: QueryRunner, changes: readonly RunChange[]): Promise<WrittenRuns> {
  const json = storableJson(changes.map(({ row, metrics }) => ({ ...row, metrics })));
  return withUntouched(runner, changes, await UPSERT_AND_FINISH_RUNS.run<StoredRow>(runner, [json]));
}

/** The summaries come last: their rows are shared by all writers, and are held only until the commit that follows. */
async function writeStepwise(runner: QueryRunner, folded: FoldedEvents): Promise<WrittenRuns> {
  const { changes, attempts, progress, logs } = folded;
  const rows = storableJson(changes.map(({ row }) => row));
  const written = await withUntouched(runner, changes, await UPSERT_RUNS.run<StoredRow>(runner, [rows]));
  await writeProgress(runner, progress);
  await writeLogs(runner, logs, written);
  await writeAttempts(runner, attempts, written);
  await finishRuns(runner, changes, written);
  return written;
}

/** Adds the runs that are stored and did not change. */
async function withUntouched(
  runner: QueryRunner,
  changes: readonly RunChange[],
  changed: readonly StoredRow[],
): Promise<WrittenRuns> {
  const written: WrittenRuns = new Map(changed.map((row) => [row.request_id, writtenRun(row)]));
  if (written.size < changes.length) {
    const untouched = changes.map(({ row }) => row.request_id).filter((requestId) => !written.has(requestId));
    // A statement of its own, because the upsert may have met rows that are newer than its snapshot.
    const found: StoredRow[] = await runner.query(FIND_RUNS, [untouched]);
    for (const row of found) {
      written.set(row.request_id, writtenRun(row));
    }
  }
  return written;
}

function writtenRun({ id, final, report_hash }: StoredRow): WrittenRun {
  return { runId: Number(id), transitioned: final === true, reportHash: report_hash };
}

async function writeAttempts(
  runner: QueryRunner,
  attempts: readonly AttemptRow[],
  written: WrittenRuns,
): Promise<void> {
  if (attempts.length > 0) {
    const rows = attempts.map((row) => ({ ...row, run_id: written.get(row.request_id)?.runId }));
    await INSERT_ATTEMPTS.run(runner, [storableJson(rows)]);
  }
}

async function writeProgress(runner: QueryRunner, progress: readonly ProgressRow[]): Promise<void> {
  if (progress.length > 0) {
    await UPDATE_PROGRESS.run(runner, [storableJson(progress)]);
  }
}

async function writeLogs(runner: QueryRunner, logs: readonly LogRow[], written: WrittenRuns): Promise<void> {
  if (logs.length > 0) {
    const rows = logs.map((row) => ({ ...row, run_id: written.get(row.request_id)?.runId }));
    await INSERT_LOGS.run(runner, [storableJson(rows)]);
  }
}

async function finishRuns(
  runner: QueryRunner,
  changes: readonly RunChange[],
  written: WrittenRuns,
): Promise<void> {
  const finished = changes.flatMap(({ row, metrics }) => {
    const run = written.get(row.request_id);
    const { agent_name, status, started_at, finished_at } = row;
    return run?.transitioned === true
      ? [{ id: run.runId, agent_name, status, started_at, finished_at, metrics }]
      : [];
  });
  if (finished.length > 0) {
    await FINISH_RUNS.run(runner, [storableJson(finished)]);
  }
}
