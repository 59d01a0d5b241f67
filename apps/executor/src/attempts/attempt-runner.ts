import type { RegisteredAgent } from '#agents';
import { AgentRunner, Interruption, type RunControl } from '#running';
import { Injectable } from '@nestjs/common';
import { AttemptContext } from '../context/attempt-context.js';
import { CacheStore } from '../context/cache-store.js';
import { RunReporter } from '../context/run-reporter.js';
import { Journals } from '../journal/journals.js';
import type { Lease } from '../leases/lease.js';
import { admit } from './admission.js';
import { AttemptConclusion } from './attempt-conclusion.js';
import { AttemptMetrics } from './attempt-metrics.js';

/** An attempt that is over sooner needs no `started`: its final event says everything, for half the messages. */
const QUIET_MS = 200;

/** Makes one attempt of a run. */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly agents: AgentRunner,
    private readonly journals: Journals,
    private readonly cache: CacheStore,
    private readonly conclusion: AttemptConclusion,
    private readonly metrics: AttemptMetrics,
  ) {}

  /**
   * Resolves when the run is decided.
   * @throws RetryableException when another attempt has to follow
   * @throws LeaseLostException when another executor has taken the run over
   */
  async run(registered: RegisteredAgent, lease: Lease, control: RunControl): Promise<void> {
    const { declaration } = registered;
    const journal = this.journals.open(lease);
    const admission = admit(lease, registered);
    if (admission.refusal !== undefined) {
      return await journal.refused(admission.refusal);
    }
    const abandon = (error: unknown): void => control.interrupt(new Interruption('fenced', String(error)));
    const reporter = new RunReporter(journal, abandon);
    const quiet = setTimeout(() => void journal.started().catch(abandon), QUIET_MS);
    let limit: NodeJS.Timeout | undefined;
    const limitFromNow = (): void => {
      limit = setTimeout(
        () => control.interrupt(overLimit(declaration.timeLimitMs)),
        declaration.timeLimitMs,
      );
    };
    const measured = this.metrics.begin(declaration.name);
    const beganAtMs = Date.now();
    const cache = this.cache.of(lease.agent);
    const context = new AttemptContext(lease, admission.input, control, reporter, cache);
    const outcome = await this.agents.run(registered, context, control, limitFromNow);
    clearTimeout(quiet);
    clearTimeout(limit);
    measured.end(outcome);
    await reporter.close();
    await this.conclusion.conclude(outcome, { lease, declaration, journal, reporter, beganAtMs });
  }
}

function overLimit(timeLimitMs: number): Interruption {
  return new Interruption('timeout', `The time limit of ${timeLimitMs} ms is over`);
}
