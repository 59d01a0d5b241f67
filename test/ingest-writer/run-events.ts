import {
  type AnyRunEvent,
  AttemptFailed,
  type MetricValues,
  RunFailed,
  type RunOrigin,
  RunReported,
  RunStarted,
  RunSucceeded,
} from '#contracts';

/** Makes the events of one run, each with the instants of its attempt. */
export class RunHistory {
  private readonly origin: RunOrigin;

  constructor(
    readonly requestId: string,
    private readonly agent = 'weather',
    /** Start of the first attempt; each attempt begins a minute after the one before. */
    private readonly from = Date.parse('2026-11-22T04:00:00.000Z'),
  ) {
    this.origin = {
      trigger: 'schedule',
      requested_at: this.iso(0, -1_000),
      schedule: 'daily',
      scheduled_for: this.iso(0, -2_000),
      input: { request: requestId },
    };
  }

  started(attempt = 1): RunStarted {
    return Object.assign(new RunStarted(), this.base(attempt), {
      executor: `executor-${attempt}`,
      started_at: this.iso(attempt),
      charged: attempt - 1,
    });
  }

  attemptFailed(attempt = 1, error = 'boom'): AttemptFailed {
    return Object.assign(new AttemptFailed(), this.base(attempt), {
      reason: 'error' as const,
      error,
      executor: `executor-${attempt}`,
      started_at: this.iso(attempt),
      finished_at: this.iso(attempt, 500),
      charged: attempt,
    });
  }

  succeeded(attempt = 1, metrics: MetricValues = {}, result?: unknown): RunSucceeded {
    return Object.assign(new RunSucceeded(), this.base(attempt), {
      executor: `executor-${attempt}`,
      started_at: this.iso(attempt),
      finished_at: this.iso(attempt, 1_234),
      metrics,
      ...(result !== undefined && { result }),
    });
  }

  failed(attempt = 1, metrics: MetricValues = {}, error = 'boom'): RunFailed {
    return Object.assign(new RunFailed(), this.base(attempt), {
      reason: 'error' as const,
      error,
      executor: `executor-${attempt}`,
      started_at: this.iso(attempt),
      finished_at: this.iso(attempt, 777),
      metrics,
    });
  }

  /** Over before any executor had it. */
  expired(): RunFailed {
    return Object.assign(new RunFailed(), this.base(1), {
      reason: 'deadline' as const,
      error: 'too late',
      finished_at: this.iso(1),
      metrics: {},
    });
  }

  reported(metrics: MetricValues, reportHash: string, error: string | null = null): RunReported {
    return Object.assign(new RunReported(), this.base(1), {
      started_at: this.iso(1),
      finished_at: this.iso(1, 2_000),
      metrics,
      error,
      report_hash: reportHash,
    });
  }

  private base(attempt: number) {
    return {
      agent: this.agent,
      request_id: this.requestId,
      attempt,
      at: this.iso(attempt),
      origin: this.origin,
    };
  }

  private iso(attempt: number, plusMs = 0): string {
    return new Date(this.from + (attempt - 1) * 60_000 + plusMs).toISOString();
  }
}

/** Park and Miller's generator: the same numbers in every test run. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** Runs of every kind, over several agents and the turn of a day. */
export function manyHistories(count: number, random: () => number): AnyRunEvent[][] {
  return Array.from({ length: count }, (_, index) => {
    const from = Date.parse('2026-11-21T23:30:00.000Z') + Math.floor(random() * 3_600_000);
    const run = new RunHistory(`run-${index}`, `agent_${index % 3}`, from);
    const metrics = { price: random() * 10, rows: index, done: index % 2 === 0, word: 'text' };
    switch (index % 6) {
      case 0:
        return [run.succeeded(1, metrics, { index })];
      case 1:
        return [run.started(1), run.succeeded(1, metrics)];
      case 2:
        return [run.started(1), run.attemptFailed(1), run.started(2), run.succeeded(2, metrics)];
      case 3:
        return [run.started(1), run.attemptFailed(1), run.attemptFailed(2), run.failed(3, metrics)];
      case 4:
        return [run.started(1), run.attemptFailed(1), run.started(2)];
      default:
        return index % 4 === 1 ? [run.expired()] : [run.reported(metrics, 'a'.repeat(64))];
    }
  });
}
