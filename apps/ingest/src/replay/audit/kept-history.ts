import { type AnyRunEvent, isFinal, type MetricValues } from '#contracts';
import { Injectable } from '@nestjs/common';
import { IngestConfiguration } from '../../ingest-configuration.js';

const DAY_MS = 86_400_000;

/** Knows what retention has removed, or may: what is older is not missing, and is not restored. */
@Injectable()
export class KeptHistory {
  constructor(private readonly configuration: IngestConfiguration) {}

  /** Milliseconds since the epoch, a midnight in UTC; -Infinity when runs are kept for ever. */
  get runsFromMs(): number {
    return keptFrom(this.configuration.retentionRunsDays);
  }

  get metricsFromMs(): number {
    return Math.max(this.runsFromMs, keptFrom(this.configuration.retentionMetricsDays));
  }

  /** @param storedAtMs when the broker stored it: rows are not removed as long as they are young themselves */
  isExpired(event: AnyRunEvent, storedAtMs: number): boolean {
    const atMs = Date.parse(isFinal(event) ? event.finished_at : event.at);
    return (
      Math.max(atMs, storedAtMs) < this.runsFromMs ||
      (event.type === 'log' && atMs < keptFrom(this.configuration.retentionLogsDays))
    );
  }

  /** What of the metrics of an event is kept: all or nothing. */
  metricsOf(event: AnyRunEvent): MetricValues {
    return isFinal(event) && Date.parse(event.finished_at) >= this.metricsFromMs ? event.metrics : {};
  }
}

/** As retention counts. */
function keptFrom(days: number | undefined): number {
  return days === undefined ? -Infinity : Math.floor(Date.now() / DAY_MS) * DAY_MS - days * DAY_MS;
}
