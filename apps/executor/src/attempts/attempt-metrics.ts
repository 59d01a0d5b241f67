import type { AttemptOutcome } from '#running';
import { MetricsRegistry } from '#telemetry';
import { Injectable } from '@nestjs/common';
import { HeldRuns } from '../leases/held-runs.js';

/** What Prometheus is told about attempts. */
@Injectable()
export class AttemptMetrics {
  private readonly attempts;
  private readonly seconds;
  private readonly cancelSeconds;

  constructor(registry: MetricsRegistry, heldRuns: HeldRuns) {
    this.attempts = registry.counter({
      name: 'executor_attempts_total',
      help: 'Attempts that ended, by agent and outcome',
      labelNames: ['agent', 'outcome'],
    });
    this.seconds = registry.histogram({
      name: 'executor_attempt_seconds',
      help: 'How long the code of agents took',
      labelNames: ['agent'],
      buckets: [0.001, 0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
    });
    this.cancelSeconds = registry.histogram({
      name: 'executor_cancel_seconds',
      help: 'From the request to cancel a run until its code had stopped',
      labelNames: ['agent'],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60],
    });
    registry.gauge({
      name: 'executor_runs_held',
      help: 'Runs that this executor works on',
      collect() {
        this.set(heldRuns.size);
      },
    });
  }

  begin(agent: string): { end: (outcome: AttemptOutcome) => void } {
    const startedAt = performance.now();
    return {
      end: (outcome) => {
        this.seconds.observe({ agent }, (performance.now() - startedAt) / 1_000);
        this.attempts.inc({ agent, outcome: labelOf(outcome) });
        if (outcome.kind === 'interrupted' && outcome.interruption.reason === 'cancelled') {
          const requestedAtMs = Date.parse(outcome.interruption.requestedAt);
          // The clock that the request was made by may be ahead of this one.
          this.cancelSeconds.observe({ agent }, Math.max(0, Date.now() - requestedAtMs) / 1_000);
        }
      },
    };
  }
}

function labelOf(outcome: AttemptOutcome): string {
  switch (outcome.kind) {
    case 'returned':
      return 'success';
    case 'failed':
      return outcome.reason;
    case 'interrupted':
      return outcome.interruption.reason;
  }
}
