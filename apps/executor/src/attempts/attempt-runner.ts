import type { RegisteredAgent, RunContext } from '#agents';
import { ContractViolation, validateContract } from '#contracts';
import { Injectable } from '@nestjs/common';
import { CacheStore } from '../context/cache-store.js';
import { RunReporter } from '../context/run-reporter.js';
import { Journals } from '../journal/journals.js';
import type { Lease } from '../leases/lease.js';
import { AgentRunner } from './agent-runner.js';
import type { Attempt } from './attempt.js';
import { AttemptConclusion } from './attempt-conclusion.js';
import { AttemptMetrics } from './attempt-metrics.js';
import { Interruption } from './interruption.js';

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
  async run(registered: RegisteredAgent, lease: Lease, controller: AbortController): Promise<void> {
    const { declaration } = registered;
    const journal = this.journals.open(lease);
    const refusal = refusalOf(lease, registered);
    if (refusal !== undefined) {
      return await journal.failed(refusal, {});
    }
    const abandon = (error: unknown): void => controller.abort(new Interruption('fenced', String(error)));
    const reporter = new RunReporter(journal, abandon);
    const quiet = setTimeout(() => journal.started().catch(abandon), QUIET_MS);
    const limit = setTimeout(
      () => controller.abort(overLimit(declaration.timeLimitMs)),
      declaration.timeLimitMs,
    );
    const measured = this.metrics.begin(declaration.name);
    const beganAtMs = Date.now();
    const outcome = await this.agents.run(registered, this.contextOf(lease, reporter, controller.signal));
    clearTimeout(quiet);
    clearTimeout(limit);
    measured.end(outcome);
    await this.finish({ lease, declaration, journal, reporter, beganAtMs }, outcome);
  }

  private async finish(
    attempt: Attempt,
    outcome: Parameters<AttemptConclusion['conclude']>[0],
  ): Promise<void> {
    await attempt.reporter.close();
    await this.conclusion.conclude(outcome, attempt);
  }

  private contextOf(lease: Lease, reporter: RunReporter, signal: AbortSignal): RunContext {
    return {
      requestId: lease.requestId,
      attempt: lease.attempt,
      input: lease.request.input ?? {},
      signal,
      log: reporter.log,
      cache: this.cache.of(lease.agent),
      progress: (percent, message) => reporter.progress(percent, message),
      metric: (name, value) => reporter.metric(name, value),
      usage: (usage) => reporter.usage(usage),
    };
  }
}

function overLimit(timeLimitMs: number): Interruption {
  return new Interruption('timeout', `The time limit of ${timeLimitMs} ms is over`);
}

/** Why the run can't start at all. No other attempt would change that. */
function refusalOf(
  { request }: Lease,
  { inputClass }: RegisteredAgent,
): { reason: 'deadline' | 'refused'; error: string } | undefined {
  if (request.deadline !== undefined && Date.parse(request.deadline) < Date.now()) {
    return { reason: 'deadline', error: `The run had not started by its deadline, ${request.deadline}` };
  }
  try {
    if (inputClass !== undefined) {
      validateContract(inputClass, request.input ?? {});
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof ContractViolation)) {
      throw error;
    }
    return { reason: 'refused', error: `The input is not what the agent takes: ${error.message}` };
  }
}
