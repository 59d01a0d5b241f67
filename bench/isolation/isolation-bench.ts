import { CHILD_CONCURRENCY, INLINE_CONCURRENCY } from './agents/concurrency.js';
import type { BenchOptions } from './bench-options.js';
import type { BenchPlatform } from './bench-platform.js';
import type { IsolationCase } from './isolation-case.js';
import type { IsolationResult } from './isolation-result.js';
import type { ProgressBar } from '../support/progress-bar.js';
import { Requester } from './requester.js';
import { StoredRuns, type Latencies } from './stored-runs.js';

/** Enough that every child has worked and the code that repeats is compiled. */
const WARM_UP = { inline: 2_000, process: 500, python: 500, command: 10 } as const;

/** Measures one case after the other on one platform. */
export class IsolationBench {
  private readonly requester: Requester;
  private childRuns: number | undefined;

  constructor(
    private readonly platform: BenchPlatform,
    private readonly options: BenchOptions,
    private readonly bar: ProgressBar,
  ) {
    this.requester = new Requester(platform.nats);
  }

  /** @returns nothing where the executor has no such agent */
  async measure(measured: IsolationCase): Promise<IsolationResult | undefined> {
    const { isolation, childRuns, label } = measured;
    if (childRuns !== this.childRuns) {
      await this.platform.startExecutor(childRuns);
      this.childRuns = childRuns;
    }
    if (!(await this.platform.hasAgent(agentOf(measured)))) {
      return undefined;
    }
    const runs = this.options.runs[isolation];
    await this.warmUp(measured, Math.min(WARM_UP[isolation], runs));
    const runsPerSecond = await this.backlog(measured, runs);
    const latencies = await this.paced(measured);
    const concurrency = isolation === 'inline' ? INLINE_CONCURRENCY : CHILD_CONCURRENCY;
    return { label, runs, runsPerSecond, concurrency, ...latencies };
  }

  private async warmUp(measured: IsolationCase, count: number): Promise<void> {
    const prefix = prefixOf('warm', measured);
    await this.requester.requestAll(agentOf(measured), prefix, count);
    await this.reach(prefix, 'succeeded', count, `${measured.label}: warm-up`);
  }

  /** All requests wait, with their `pending` rows, before the first is taken. */
  private async backlog(measured: IsolationCase, count: number): Promise<number> {
    const prefix = prefixOf('backlog', measured);
    const agent = agentOf(measured);
    await this.requester.pause(agent);
    await this.requester.requestAll(agent, prefix, count);
    await this.reach(prefix, 'known', count, `${measured.label}: requests`);
    await this.requester.resume(agent);
    await this.reach(prefix, 'succeeded', count, `${measured.label}: backlog`);
    return await new StoredRuns(this.platform.database, prefix).throughput();
  }

  private async paced(measured: IsolationCase): Promise<Latencies> {
    const prefix = prefixOf('paced', measured);
    const { samples: count, perSecond } = this.options;
    await this.requester.requestPaced(agentOf(measured), prefix, {
      count,
      perSecond,
      onRequest: (done) => this.bar.show(`${measured.label}: latency`, done, count),
    });
    await this.reach(prefix, 'succeeded', count, `${measured.label}: latency rows`);
    return await new StoredRuns(this.platform.database, prefix).latencies();
  }

  private async reach(
    prefix: string,
    what: 'known' | 'succeeded',
    count: number,
    label: string,
  ): Promise<void> {
    const stored = new StoredRuns(this.platform.database, prefix);
    await stored.reach(what, count, (reached) => {
      this.platform.assertRuns();
      this.bar.show(label, reached, count);
    });
  }
}

function agentOf({ isolation }: IsolationCase): string {
  return `noop_${isolation}`;
}

/** Of request_ids, so that no two steps share one. */
function prefixOf(step: string, { isolation, childRuns }: IsolationCase): string {
  return `${step}-${isolation}-${childRuns}`;
}
