import { isFinal, type AnyRunEvent, type MetricValues } from '#contracts';
import { decodeCursor } from '#http';
import { Injectable } from '@nestjs/common';
import { type Page, pageOf } from '../http/page.js';
import type { KnownRun } from './known-runs.js';
import type { LogQuery } from './run-requests.js';
import { RunTable } from './run-table.js';
import type { AttemptView, LogLineView, RunDetail } from './run-view.js';
import { timeLineOf } from './time-line.js';

/** Adds to a run what else is known of it, from Postgres or from its events. */
@Injectable()
export class RunDetails {
  constructor(private readonly table: RunTable) {}

  /** @throws what Postgres throws when it goes away just now */
  async detailOf(run: KnownRun): Promise<RunDetail> {
    const attempts = await this.attemptsOf(run);
    return {
      ...run.view,
      input: run.input,
      attempts,
      metrics: await this.metricsOf(run),
      time_line: timeLineOf(run.view, attempts),
      unavailable: [...run.unavailable],
    };
  }

  resultOf({ stored, events }: KnownRun): unknown {
    const end = finalOf(events.map(({ event }) => event));
    return (end?.type === 'succeeded' ? end.result : stored?.result) ?? null;
  }

  /** Oldest line first. @throws what Postgres throws when it goes away just now */
  async logsOf(run: KnownRun, query: LogQuery): Promise<Page<LogLineView>> {
    const logged = linesOf(run).filter(
      ({ attempt }) => query.attempt === undefined || attempt === query.attempt,
    );
    if (run.stored !== undefined && logged.length === 0) {
      return await this.table.logs(run.stored.runId, query);
    }
    const [attempt, line] =
      query.cursor === undefined ? [0, -1] : decodeCursor(query.cursor, ['number', 'number']);
    const following = logged.filter(
      (each) => each.attempt > attempt || (each.attempt === attempt && each.line > line),
    );
    return pageOf(following, query.limit, (last) => [last.attempt, last.line]);
  }

  private async attemptsOf({ stored, events }: KnownRun): Promise<AttemptView[]> {
    const kept = stored === undefined ? [] : await this.table.attempts(stored.runId);
    const numbers = new Set(kept.map(({ attempt }) => attempt));
    const newer = events.flatMap(({ event }) =>
      event.type === 'attempt_failed' && !numbers.has(event.attempt)
        ? [
            {
              attempt: event.attempt,
              reason: event.reason,
              error_message: event.error,
              executor: event.executor,
              started_at: event.started_at ?? null,
              finished_at: event.finished_at,
            },
          ]
        : [],
    );
    return [...kept, ...newer];
  }

  private async metricsOf({ stored, events }: KnownRun): Promise<MetricValues> {
    const end = finalOf(events.map(({ event }) => event));
    if (end !== undefined) {
      return end.metrics;
    }
    return stored === undefined ? {} : await this.table.metrics(stored.runId);
  }
}

function finalOf(events: readonly AnyRunEvent[]): Extract<AnyRunEvent, { metrics: unknown }> | undefined {
  return events.find((event) => isFinal(event));
}

function linesOf({ events }: KnownRun): LogLineView[] {
  return events.flatMap(({ event }) =>
    event.type === 'log'
      ? event.entries.map((entry, index) => ({
          attempt: event.attempt,
          line: event.first_line + index,
          at: entry.at,
          level: entry.level,
          message: entry.message,
        }))
      : [],
  );
}
