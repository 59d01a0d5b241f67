import { setTimeout } from 'node:timers/promises';
import type { ProgressBar } from '../support/progress-bar.js';
import type { BenchDatabase } from './bench-database.js';
import { newPrefix } from './new-prefix.js';
import type { Product } from './product.js';
import { recoveryOf } from './recovery.js';
import { CRASHED, type RecoveryResult } from './recovery-result.js';
import type { StoredRows } from './stored-rows.js';

const SECOND_MS = 1_000;
const WARM_UP_SECONDS = 8;
/** From one crash to the next: longer than any lease lasts. */
const SLOT_SECONDS = 25;
const POLL_MS = 500;
const PATIENCE_MS = 90_000;

/** kill -9 of each process in turn, with a start at once, while requests come in at an even pace. */
export class RecoveryCase {
  constructor(
    private readonly database: BenchDatabase,
    private readonly rows: StoredRows,
    private readonly bar: ProgressBar,
    private readonly perSecond: number,
  ) {}

  /** @throws Error unless afterwards exactly what was asked for is stored, once */
  async measure(product: Product): Promise<RecoveryResult[]> {
    const prefix = newPrefix('recovery');
    const count = this.perSecond * (WARM_UP_SECONDS + SLOT_SECONDS * CRASHED.length);
    await this.rows.empty();
    try {
      await product.prepare();
      await product.startWorking();
      const asked = product.requestThroughCrashes(prefix, count, this.perSecond);
      asked.catch(() => undefined); // when a crash fails first, that is the error to tell
      const crashedAtMs = await this.crashInTurn(product, count);
      await asked;
      await this.reach(count);
      await this.rows.verify(prefix, count);
      return await this.results(prefix, crashedAtMs);
    } finally {
      await product.stop();
    }
  }

  /** @returns when each was killed, milliseconds since the epoch */
  private async crashInTurn(product: Product, count: number): Promise<number[]> {
    const crashedAtMs: number[] = [];
    await this.wait(WARM_UP_SECONDS, 'warm-up', count);
    for (const crashed of CRASHED) {
      const slotEndsAt = performance.now() + SLOT_SECONDS * SECOND_MS;
      crashedAtMs.push(Date.now());
      await (crashed === 'executor' || crashed === 'ingest'
        ? product.crash(crashed)
        : this.database.servers.crash(crashed));
      await this.wait((slotEndsAt - performance.now()) / SECOND_MS, `${crashed} was killed`, count);
    }
    return crashedAtMs;
  }

  private async wait(seconds: number, label: string, count: number): Promise<void> {
    const until = performance.now() + seconds * SECOND_MS;
    while (performance.now() < until) {
      await setTimeout(POLL_MS);
      this.bar.show(`Recovery, ${label}`, await this.committed(), count);
    }
  }

  private async reach(count: number): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while ((await this.committed()) < count) {
      if (performance.now() > giveUpAt) {
        throw new Error(`After all crashes only ${await this.committed()} of ${count} runs are stored`);
      }
      await setTimeout(POLL_MS);
    }
  }

  /** 0 while Postgres can't be asked. */
  private async committed(): Promise<number> {
    return await this.rows.committed().catch(() => 0);
  }

  private async results(prefix: string, crashedAtMs: readonly number[]): Promise<RecoveryResult[]> {
    const commits = await this.rows.commits(prefix);
    return await Promise.all(
      CRASHED.map(async (crashed, index) => {
        const from = crashedAtMs[index] ?? 0;
        const to = crashedAtMs[index + 1] ?? from + SLOT_SECONDS * SECOND_MS;
        const { before, seconds } = recoveryOf(commits, from, to);
        const slowestSeconds = await this.rows.slowestSeconds(prefix, from, to);
        return { crashed, runsPerSecondBefore: before, seconds, slowestSeconds };
      }),
    );
  }
}
