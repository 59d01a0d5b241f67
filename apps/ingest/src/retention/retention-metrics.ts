import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from '#telemetry';

/** What retention did, for Prometheus. */
@Injectable()
export class RetentionMetrics {
  readonly made;
  readonly dropped;
  readonly deleted;
  readonly failures;

  constructor(registry: MetricsRegistry) {
    const labelNames = ['table'] as const;
    this.made = registry.counter({
      name: 'retention_partitions_made_total',
      help: 'Partitions made ahead',
      labelNames,
    });
    this.dropped = registry.counter({
      name: 'retention_partitions_dropped_total',
      help: 'Partitions dropped because all of their rows were too old',
      labelNames,
    });
    this.deleted = registry.counter({
      name: 'retention_rows_deleted_total',
      help: 'Rows deleted one by one because they were too old',
      labelNames,
    });
    this.failures = registry.counter({
      name: 'retention_failures_total',
      help: 'Steps of retention that failed and are tried again',
      labelNames,
    });
  }
}
