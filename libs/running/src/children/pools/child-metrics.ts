import { MetricsRegistry } from '#telemetry';
import { Injectable } from '@nestjs/common';
import type { PoolObserver } from './pool-observer.js';

/** What Prometheus is told about children. */
@Injectable()
export class ChildMetrics implements PoolObserver {
  private readonly alive;
  private readonly ends;
  private readonly waits;

  constructor(registry: MetricsRegistry) {
    this.alive = registry.gauge({
      name: 'executor_children',
      help: 'Child processes that live, by pool',
      labelNames: ['pool'],
    });
    this.ends = registry.counter({
      name: 'executor_child_ends_total',
      help: 'Child processes that ended, by pool and cause',
      labelNames: ['pool', 'cause'],
    });
    this.waits = registry.histogram({
      name: 'executor_child_wait_seconds',
      help: 'How long runs waited for a child',
      labelNames: ['pool'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
    });
  }

  started(pool: string): void {
    this.alive.inc({ pool });
  }

  ended(pool: string, cause: 'closed' | 'died'): void {
    this.alive.dec({ pool });
    this.ends.inc({ pool, cause });
  }

  waited(pool: string, seconds: number): void {
    this.waits.observe({ pool }, seconds);
  }
}
