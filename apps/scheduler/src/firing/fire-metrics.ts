import { Injectable } from '@nestjs/common';
import type { LedgerFire } from '#contracts';
import { MetricsRegistry } from '#telemetry';
import { LaterRunPlan } from '../plan/later-run-plan.js';
import { SchedulePlan } from '../plan/schedule-plan.js';

const LATENESS_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 300, 3_600];

/** What Prometheus learns about fires. */
@Injectable()
export class FireMetrics {
  private readonly published;
  private readonly refused;
  private readonly lateness;
  private readonly decided;

  constructor(registry: MetricsRegistry, plan: SchedulePlan, laterRuns: LaterRunPlan) {
    this.published = registry.counter({
      name: 'fires_published_total',
      help: 'Fires that are in the stream: stored by this scheduler, or a duplicate of what another one had stored',
      labelNames: ['result'],
    });
    this.refused = registry.counter({
      name: 'fires_refused_total',
      help: 'Fires that the broker will never take, such as those with an input that is too large',
    });
    this.lateness = registry.histogram({
      name: 'fire_lateness_seconds',
      help: 'From the nominal instant of a fire until the broker has acknowledged it',
      buckets: LATENESS_BUCKETS_SECONDS,
    });
    this.decided = registry.counter({
      name: 'fires_decided_total',
      help: 'Fires that this scheduler has decided about, by what becomes of them',
      labelNames: ['outcome'],
    });
    registry.gauge({
      name: 'schedules',
      help: 'Schedules that will fire',
      collect() {
        this.set(plan.size);
      },
    });
    registry.gauge({
      name: 'later_runs',
      help: 'Runs that wait for the instant at which they are to begin',
      collect() {
        this.set(laterRuns.size);
      },
    });
  }

  countPublished(isDuplicate: boolean, latenessMs: number): void {
    this.published.inc({ result: isDuplicate ? 'duplicate' : 'stored' });
    this.lateness.observe(latenessMs / 1_000);
  }

  countDecided(fires: readonly LedgerFire[]): void {
    fires.forEach(({ outcome, fires: count = 1 }) => this.decided.inc({ outcome }, count));
  }

  countRefused(): void {
    this.refused.inc();
  }
}
