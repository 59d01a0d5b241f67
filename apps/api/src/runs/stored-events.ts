import { Injectable } from '@nestjs/common';
import { RunTable } from './run-table.js';
import type { AttemptView } from './run-view.js';
import type { StoredRun } from './stored-run.js';

const LINES_PER_EVENT = 200;
const FINAL_TYPES = { success: 'succeeded', failed: 'failed', cancelled: 'cancelled' } as const;

/** An event as it goes to a follower. */
export interface ToldEvent {
  /** `<sequence>` on the run's subject, or a name of ours for what is told from Postgres. */
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

/** The id of a final event that does not stand on the run's own subject. */
export const FINAL_ID = 'final';

/** Tells from Postgres what happened to a run that is over, in the words of its events: the stream may have dropped them. */
@Injectable()
export class StoredEvents {
  constructor(private readonly table: RunTable) {}

  /** Everything, attempt by attempt. @throws what Postgres throws when it is away */
  async *of(stored: StoredRun): AsyncGenerator<ToldEvent> {
    const failures = (await this.table.attempts(stored.runId)).map((attempt) => ({
      attempt: attempt.attempt,
      event: failureOf(stored, attempt),
    }));
    for await (const { attempt, event } of this.logs(stored)) {
      while (failures[0] !== undefined && failures[0].attempt < attempt) {
        yield failures.shift()!.event;
      }
      yield event;
    }
    yield* failures.map(({ event }) => event);
    yield await this.final(stored);
  }

  /** How it ended. @throws what Postgres throws when it is away */
  async final({ runId, view, result }: StoredRun): Promise<ToldEvent> {
    const type = FINAL_TYPES[view.status as keyof typeof FINAL_TYPES];
    const { run_id, agent, request_id, attempt, started_at, finished_at, executor } = view;
    const metrics = await this.table.metrics(runId);
    const error =
      view.error_message === null ? {} : { error: view.error_message, reason: view.failure_reason };
    const facts = {
      type,
      run_id,
      agent,
      request_id,
      attempt,
      at: finished_at,
      started_at,
      finished_at,
      executor,
    };
    return { id: FINAL_ID, type, data: { ...facts, metrics, result, ...error } };
  }

  private async *logs({ runId, view }: StoredRun): AsyncGenerator<{ attempt: number; event: ToldEvent }> {
    const { agent, request_id } = view;
    let cursor: string | null = null;
    do {
      const query = { limit: LINES_PER_EVENT, ...(cursor !== null && { cursor }) };
      const { items, next_cursor: next } = await this.table.logs(runId, query);
      for (const [attempt, lines] of Map.groupBy(items, (line) => line.attempt)) {
        const entries = lines.map(({ at, level, message }) => ({ at, level, message }));
        const first_line = lines[0]?.line ?? 0;
        const data = { type: 'log', agent, request_id, attempt, first_line, entries };
        yield { attempt, event: { id: `log-${attempt}-${first_line}`, type: 'log', data } };
      }
      cursor = next;
    } while (cursor !== null);
  }
}

function failureOf({ view }: StoredRun, { error_message: error, ...facts }: AttemptView): ToldEvent {
  const { agent, request_id } = view;
  const data = { type: 'attempt_failed', agent, request_id, ...facts, error };
  return { id: `attempt-${facts.attempt}`, type: 'attempt_failed', data };
}
