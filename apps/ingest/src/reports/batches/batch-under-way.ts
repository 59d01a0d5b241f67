import type { KeptReports, ReportKeeper } from '../report-keeper.js';
import type { ReportOutcome } from '../report-outcome.js';
import { type BatchItem, isReport } from './batch-item.js';
import type { ItemResult } from './item-result.js';

/** What a server gets for a chunk that has not answered for one before: the producer shall not wait for each. */
const AWAY_MS = 250;
/** Chunks that are being committed, while the next is read and published. */
const MAX_COMMITTING = 2;

/** One batch, as far as it has come. */
export class BatchUnderWay {
  /** Whether to stop reading, because nothing more can be kept. */
  isStopped = false;
  /** What no chunk is to blame for, if anything. */
  failure: unknown;
  private isStreamAway = false;
  private isDatabaseAway = false;
  /** One per chunk, in their order; they never reject. */
  private readonly commits: Promise<ItemResult[]>[] = [];

  constructor(private readonly keeper: ReportKeeper) {}

  /**
   * Resolves once the chunk is published, and room for the next.
   * @throws what publishing throws; nothing is known then of this chunk's reports
   */
  async take(chunk: readonly BatchItem[]): Promise<void> {
    const reports = await this.keeper.keep(chunk.filter(isReport), this.isStreamAway ? AWAY_MS : undefined);
    this.isStreamAway = reports.kept.includes('away');
    this.commits.push(this.commit(chunk, reports));
    await this.commits.at(-MAX_COMMITTING);
  }

  /** Of all chunks so far, once they are committed. */
  async results(): Promise<ItemResult[]> {
    return (await Promise.all(this.commits)).flat();
  }

  private async commit(chunk: readonly BatchItem[], kept: KeptReports): Promise<ItemResult[]> {
    try {
      const outcomes = await this.keeper.commit(kept, this.isDatabaseAway ? AWAY_MS : undefined);
      this.isDatabaseAway = outcomes.some(({ kind }) => kind === 'accepted' || kind === 'away');
      this.isStopped ||= outcomes.some(({ kind }) => kind === 'away');
      const ofReports = outcomes.values();
      return chunk.map((item) =>
        isReport(item) ? resultOf(item.event.request_id, ofReports.next().value!) : item,
      );
    } catch (error) {
      this.isStopped = true;
      this.failure ??= error;
      const unknown: ItemResult = { status: 500, detail: 'Something went wrong; it may be kept or not' };
      return chunk.map((item) => (isReport(item) ? unknown : item));
    }
  }
}

function resultOf(requestId: string, outcome: ReportOutcome): ItemResult {
  switch (outcome.kind) {
    case 'stored':
      return { status: 201, run_id: outcome.runId, ...(outcome.isReplayed && { replayed: true }) };
    case 'accepted':
      return { status: 202, request_id: requestId };
    case 'taken': {
      const message = 'idempotency_key was used for another report or run; a new report needs a new key';
      return { status: 422, detail: message, errors: [{ field: 'idempotency_key', message }] };
    }
    case 'refused':
      return { status: 422, detail: `The report can not be stored: ${outcome.reason}` };
    case 'away':
      return { status: 503, detail: 'Neither Postgres nor NATS can keep the report now' };
  }
}
