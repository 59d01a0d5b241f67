import { setTimeout } from 'node:timers/promises';
import type { ProgressBar } from '../support/progress-bar.js';
import type { Contestant } from './contestant.js';
import type { LatencyResult } from './latency-result.js';
import { newPrefix } from './new-prefix.js';
import type { StoredRows } from './stored-rows.js';

const POLL_MS = 100;
const SECOND_MS = 1_000;
/** Enough that the code that repeats is compiled. */
const WARM_UP_SECONDS = 3;
/** For requests that the workers could not keep up with. */
const PATIENCE_MS = 30_000;

export interface Pace {
  readonly label: string;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Runs that are asked for at an even pace, after a warm-up at that pace. */
export class LatencyCase {
  constructor(
    private readonly rows: StoredRows,
    private readonly bar: ProgressBar,
    private readonly report: (line: string) => void,
  ) {}

  /**
   * @returns without latencies when the contestant can't keep that pace
   * @throws Error unless afterwards exactly what was asked for is stored
   */
  async measure(contestant: Contestant, pace: Pace): Promise<LatencyResult> {
    const { id, name } = contestant;
    const { label, perSecond, seconds } = pace;
    const prefix = newPrefix('latency');
    const [warmUp, measured] = [WARM_UP_SECONDS, seconds].map((each) => Math.ceil(each * perSecond)) as [
      number,
      number,
    ];
    await this.rows.empty();
    try {
      await contestant.prepare();
      await contestant.startWorking();
      const result = { id, name, label, perSecond };
      const keepsUp =
        (await this.ask(contestant, `${prefix}-warm`, { count: warmUp, before: 0, perSecond })) &&
        (await this.ask(contestant, `${prefix}-paced`, { count: measured, before: warmUp, perSecond }));
      if (!keepsUp) {
        return result;
      }
      await this.rows.verify(prefix, warmUp + measured);
      return { ...result, latencies: await this.rows.latencies(`${prefix}-paced`) };
    } finally {
      await contestant.stop();
    }
  }

  /** @returns whether all runs were stored in time */
  private async ask(
    contestant: Contestant,
    prefix: string,
    { count, before, perSecond }: { count: number; before: number; perSecond: number },
  ): Promise<boolean> {
    const label = `${contestant.name}: ${perSecond}/s`;
    const giveUpAt = performance.now() + (count / perSecond) * SECOND_MS + PATIENCE_MS;
    let isRefused = false;
    const asked = contestant.requestPaced(prefix, count, perSecond).catch((error: unknown) => {
      this.report(`${label}: ${String(error)}`);
      isRefused = true;
    });
    let done = 0;
    while (done < count) {
      await setTimeout(POLL_MS);
      contestant.assertRuns();
      done = (await this.rows.committed()) - before;
      this.bar.show(label, Math.max(0, done), count);
      if (isRefused || performance.now() > giveUpAt) {
        return false;
      }
    }
    await asked;
    return true;
  }
}
