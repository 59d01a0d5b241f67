import type { RunReported } from '#contracts';
import { Injectable } from '@nestjs/common';
import { type CommittedReports, GroupCommit } from './group-commit.js';
import type { IncomingReport } from './incoming-report.js';
import { PackStream } from './pack-stream.js';
import type { ReportOutcome } from './report-outcome.js';
import { ReportStream, type StreamOutcome } from './report-stream.js';

/** Longest time that the broker gets; then Postgres alone has to keep the reports. */
const KEEP_MS = 2_000;

/** Reports that the stream has been asked to keep, ready to be committed. */
export interface KeptReports {
  readonly events: readonly RunReported[];
  /** One per event, in their order. */
  readonly kept: readonly StreamOutcome[];
  /** To be told whether Postgres has a final row of all of their runs. */
  readonly settle: (isCommitted: boolean) => void;
}

/**
 * Keeps reports where they are durable. Where a producer chose the request_id, or many reports come at once, the stream
 * comes first: of two reports that claim one request_id both places then hold the same.
 */
@Injectable()
export class ReportKeeper {
  constructor(
    private readonly stream: ReportStream,
    private readonly packs: PackStream,
    private readonly commits: GroupCommit,
  ) {}

  /**
   * Publishes and commits reports without a key at the same time: nobody else can claim their request_ids.
   * @param patienceMs longest time that the broker gets
   * @returns one outcome per report, in their order
   * @throws what publishing or the writer throws for other reasons than a server that is away
   */
  async store(events: readonly RunReported[], patienceMs: number): Promise<ReportOutcome[]> {
    const commit = this.commits.commit(events);
    const isCommitted = commit.then(
      (reports) => events.every(({ request_id }) => reports?.written.has(request_id) === true),
      () => false,
    );
    const [kept, committed] = await Promise.all([this.packs.keep(events, isCommitted, patienceMs), commit]);
    return events.map((event, index) => outcomeOf(event, kept[index] ?? 'away', committed));
  }

  /** The first step; the second, `commit`, has to follow. Rejects when a report can't be published at all. */
  async keep(reports: readonly IncomingReport[], patienceMs = KEEP_MS): Promise<KeptReports> {
    const { promise: committed, resolve: settle } = Promise.withResolvers<boolean>();
    const keyless = reports.filter(({ isKeyed }) => !isKeyed).map(({ event }) => event);
    try {
      const packed = this.packs.keep(keyless, committed, patienceMs);
      const keyed = reports
        .filter(({ isKeyed }) => isKeyed)
        .map(({ event }) => this.stream.keep(event, committed, patienceMs));
      const outcomes = await Promise.all([packed, Promise.all(keyed)]);
      const [ofPacked, ofKeyed] = [outcomes[0].values(), outcomes[1].values()];
      const kept = reports.map(({ isKeyed }) => (isKeyed ? ofKeyed : ofPacked).next().value ?? 'away');
      return { events: reports.map(({ event }) => event), kept, settle };
    } catch (error) {
      settle(false);
      throw error;
    }
  }

  /**
   * @param patienceMs longest time that Postgres gets
   * @returns one outcome per report, in their order
   */
  async commit({ events, kept, settle }: KeptReports, patienceMs?: number): Promise<ReportOutcome[]> {
    let isCommitted = false;
    try {
      const wanted = events.filter((_event, index) => kept[index] !== 'taken');
      const committed = await this.commits.commit(wanted, patienceMs);
      // A final row never changes: whatever else the stream has of these runs would be written for nothing.
      isCommitted = events.every(
        ({ request_id }, index) => kept[index] !== 'taken' && committed?.written.has(request_id) === true,
      );
      return events.map((event, index) => outcomeOf(event, kept[index] ?? 'away', committed));
    } finally {
      settle(isCommitted);
    }
  }
}

function outcomeOf(
  event: RunReported,
  kept: StreamOutcome,
  committed: CommittedReports | undefined,
): ReportOutcome {
  if (kept === 'taken') {
    return { kind: 'taken' };
  }
  if (committed === undefined) {
    return { kind: kept === 'away' ? 'away' : 'accepted' };
  }
  const run = committed.written.get(event.request_id);
  if (run === undefined) {
    return { kind: 'refused', reason: committed.refused.get(event.request_id) ?? 'it was not written' };
  }
  if (run.reportHash !== event.report_hash) {
    return { kind: 'taken' };
  }
  const isReplayed = kept === 'known' || (kept === 'away' && !run.transitioned);
  return { kind: 'stored', runId: run.runId, isReplayed };
}
