import { type AnyRunEvent, type FinalRunEvent, isFinal } from '#contracts';
import { DatabaseConnection } from '#database';
import { Injectable } from '@nestjs/common';
import { BatchWriter } from '../../writer/batch-writer.js';
import type { Refusal } from '../../writer/poison-splitter.js';
import { storableJson } from '../../writer/storable-json.js';
import { inTransaction } from '../../writer/transaction.js';
import type { Finding } from '../audit/finding.js';
import { KeptHistory } from '../audit/kept-history.js';
import { RESTORE_METRICS } from '../audit/summary-sql.js';
import type { RestoredRuns } from './restored-runs.js';
import { MonthPartitions } from './month-partitions.js';

/**
 * Writes what events say and the tables lack. Runs go through the writer of live traffic, so whoever comes second
 * changes nothing. Summaries grow with what is restored: they must have agreed with the rows before.
 */
@Injectable()
export class EventRestore {
  constructor(
    private readonly writer: BatchWriter,
    private readonly database: DatabaseConnection,
    private readonly kept: KeptHistory,
    private readonly partitions: MonthPartitions,
  ) {}

  /**
   * @param restored runs that were restored before, whose rows may not have heard of all their events
   * @returns the events that Postgres refuses
   * @throws everything that no event is to blame for
   */
  async restore(
    findings: readonly Finding[],
    restored: RestoredRuns,
  ): Promise<readonly Refusal<AnyRunEvent>[]> {
    const sources = new Map(
      findings
        .filter((finding) => isToBeWritten(finding, restored))
        .map((finding) => [this.writable(finding), finding.event]),
    );
    const lacking = findings.filter(mayLackSomeMetrics);
    await this.partitions.ensureFor([...sources.values(), ...lacking.map(({ event }) => event)]);
    const { refused } = await this.writer.writeOrSplit([...sources.keys()]);
    await this.restoreMetrics(lacking);
    return refused.map(({ item, reason }) => ({ item: sources.get(item) ?? item, reason }));
  }

  /** The event with those metrics that the writer is to add with the run. */
  private writable(finding: Finding): AnyRunEvent {
    const { event } = finding;
    if (!isFinal(event)) {
      return event;
    }
    // Older ones have been counted by their summaries, which stay.
    const metrics = mayLackSomeMetrics(finding) ? {} : this.kept.metricsOf(event);
    return metrics === event.metrics ? event : Object.assign({}, event, { metrics });
  }

  private async restoreMetrics(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) {
      return;
    }
    const runs = findings.map(({ event, runId }) => {
      const { finished_at } = event as FinalRunEvent;
      return { run_id: runId, finished_at, metrics: this.kept.metricsOf(event) };
    });
    const json = storableJson(runs);
    await inTransaction(this.database.dataSource, (runner) => runner.query(RESTORE_METRICS, [json]));
  }
}

/** Whose run has a row: some of its metrics may be there already, whatever that row says. */
function mayLackSomeMetrics({ event, kind }: Finding): boolean {
  return kind === 'metrics' || (kind === 'status' && isFinal(event));
}

/** Of a run that goes on, or was restored just now, also what says nothing but its progress: that is not looked at. */
function isToBeWritten({ event, verdict, kind, isFinal: isOver }: Finding, restored: RestoredRuns): boolean {
  if (isFinal(event)) {
    return verdict === 'missing' && kind !== 'metrics';
  }
  return verdict === 'missing' || (verdict === 'stored' && (!isOver || restored.has(event.request_id)));
}
