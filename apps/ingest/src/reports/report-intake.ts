import { type MetricReport, RunReported, utcTimestamp } from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { Injectable, Logger, UnprocessableEntityException } from '@nestjs/common';
import { UnavailableException } from '../http/unavailable.exception.js';
import type { WrittenRun } from '../writer/batch-writer.js';
import { GroupCommit } from './group-commit.js';
import { reportHash } from './report-hash.js';
import { ReportStream, type StreamOutcome } from './report-stream.js';

const RETRY_AFTER_SECONDS = 5;

/** What became of a report. `stored`: committed in Postgres. `accepted`: safe in the stream, Postgres will have it. */
export type IntakeOutcome =
  | { readonly kind: 'stored'; readonly runId: number; readonly isReplayed: boolean }
  | { readonly kind: 'accepted' };

/** Takes a finished run from outside, and promises only what is durable. */
@Injectable()
export class ReportIntake {
  private readonly logger = new Logger(ReportIntake.name);

  constructor(
    private readonly stream: ReportStream,
    private readonly commits: GroupCommit,
  ) {}

  /**
   * The stream comes first: what Postgres knows can then always be rebuilt from it, and of two reports that claim
   * one request_id both places hold the same.
   * @throws UnprocessableEntityException when the request_id belongs to another report or run
   * @throws UnavailableException when neither NATS nor Postgres can keep it
   */
  async take(requestId: string, report: MetricReport): Promise<IntakeOutcome> {
    const event = reportedEvent(requestId, report);
    const kept = await this.stream.keep(event);
    if (kept === 'taken') {
      throw alreadyTaken();
    }
    const run = await this.commit(event);
    if (run === undefined) {
      return acceptedIfKept(kept);
    }
    if (run.reportHash !== event.report_hash) {
      throw alreadyTaken();
    }
    const isReplayed = kept === 'known' || (kept === 'away' && !run.transitioned);
    return { kind: 'stored', runId: run.runId, isReplayed };
  }

  /** Nothing when the database is away. */
  private async commit(event: RunReported): Promise<WrittenRun | undefined> {
    try {
      return await this.commits.commit(event);
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        this.logger.warn({ err: error }, 'A report could not be written to Postgres');
        return undefined;
      }
      throw error;
    }
  }
}

function acceptedIfKept(kept: StreamOutcome): IntakeOutcome {
  if (kept === 'away') {
    throw new UnavailableException('Neither Postgres nor NATS can keep the report now', RETRY_AFTER_SECONDS);
  }
  return { kind: 'accepted' };
}

function alreadyTaken(): UnprocessableEntityException {
  return new UnprocessableEntityException(
    'This Idempotency-Key was used for another report or run; a new report needs a new key',
  );
}

function reportedEvent(requestId: string, report: MetricReport): RunReported {
  const now = new Date().toISOString();
  const { agent_name, metrics, error = null } = report;
  const canonical = {
    agent_name,
    metrics,
    error,
    started_at: utcTimestamp(report.started_at) ?? report.started_at,
    finished_at: utcTimestamp(report.finished_at) ?? report.finished_at,
  };
  return Object.assign(new RunReported(), {
    agent: canonical.agent_name,
    request_id: requestId,
    attempt: 1,
    at: now,
    origin: { trigger: 'report' as const, requested_at: now },
    started_at: canonical.started_at,
    finished_at: canonical.finished_at,
    metrics: canonical.metrics,
    error,
    report_hash: reportHash(canonical),
  });
}
