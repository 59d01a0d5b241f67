import { coresInUse } from '../support/cores-in-use.js';
import { ProgressBar } from '../support/progress-bar.js';
import { BacklogCase } from './backlog-case.js';
import { BatchCase } from './batch-case.js';
import type { BenchDatabase } from './bench-database.js';
import { BrokerAlone } from './broker-alone.js';
import { CatchUpCase } from './catch-up-case.js';
import { catchUpTable } from './catch-up-table.js';
import { type Case, type ComparisonOptions, isWanted } from './comparison-options.js';
import type { Contestant } from './contestant.js';
import { FastapiCollector } from './fastapi-collector.js';
import { LatencyCase } from './latency-case.js';
import { latencyTable } from './latency-table.js';
import type { Measured } from './measured.js';
import { HALF_OF_MAXIMUM, IDLE_PER_SECOND, pacesOf, paceSeconds } from './paces.js';
import { PostCase } from './post-case.js';
import { Product } from './product.js';
import { ProductCollector } from './product-collector.js';
import { RecoveryCase } from './recovery-case.js';
import { recoveryTable } from './recovery-table.js';
import { StoredRows } from './stored-rows.js';

const POST_SECONDS = { quick: 3, full: 8 };
/** Of 10,000 reports each. */
const BATCHES = { quick: 3, full: 15 };

/** Measures everybody in turn. */
export class Comparison {
  private readonly bar = new ProgressBar(process.stdout);
  private readonly rows: StoredRows;
  private readonly cases: Readonly<Record<Case, () => Promise<void>>> = {
    backlog: async () => await this.measureBacklogs(),
    latency: async () => await this.measureLatencies(),
    posts: async () => await this.measurePosts(),
    batches: async () => await this.measureBatches(),
    recovery: async () => await this.measureRecovery(),
    'catch-up': async () => await this.measureCatchUp(),
  };

  constructor(
    private readonly database: BenchDatabase,
    private readonly options: ComparisonOptions,
    private readonly contestants: readonly Contestant[],
    private readonly measured: Measured,
    private readonly print: (line: string) => void,
  ) {
    this.rows = new StoredRows(database.superuser);
  }

  /** Every case with everybody, once. */
  async round(): Promise<void> {
    for (const each of this.options.cases) {
      this.measured.others.push(await coresInUse());
      await this.cases[each]();
    }
  }

  private async measureBacklogs(): Promise<void> {
    const backlog = new BacklogCase(this.database.servers, this.rows, this.bar);
    for (const contestant of this.contestants) {
      const result = await backlog.measure(contestant);
      this.print(`${result.name}: ${Math.round(result.runsPerSecond)} runs/s`);
      this.measured.backlogs.push(result);
    }
  }

  /** Once the product works, it does not matter how it was started. */
  private async measureLatencies(): Promise<void> {
    const broker = new BrokerAlone(this.database.servers.natsUrl);
    this.measured.latencies.push(...(await broker.measure(IDLE_PER_SECOND, paceSeconds(this.options))));
    const latency = new LatencyCase(this.rows, this.bar, this.print);
    for (const contestant of this.contestants.filter(({ id }) => id !== 'product-fresh')) {
      for (const pace of pacesOf(contestant, this.measured, this.options)) {
        const result = await latency.measure(contestant, pace);
        this.print(latencyTable([result]));
        this.measured.latencies.push(result);
      }
    }
    await this.measureWithLazyBroker(latency);
  }

  /** What the disk takes of the product's latencies: its broker may lose at a power cut what the peers' Redis may. */
  private async measureWithLazyBroker(latency: LatencyCase): Promise<void> {
    const product = this.contestants.find(({ id }) => id === 'product');
    if (product === undefined) {
      return;
    }
    await this.database.servers.syncNats('1s');
    const paces = pacesOf(product, this.measured, this.options).filter(
      ({ label }) => label !== HALF_OF_MAXIMUM,
    );
    for (const pace of paces) {
      const result = await latency.measure(product, pace);
      const named = { ...result, id: 'product-lazy', name: `${result.name}, broker synced once a second` };
      this.print(latencyTable([named]));
      this.measured.latencies.push(named);
    }
    await this.database.servers.syncNats('always');
  }

  private async measurePosts(): Promise<void> {
    const { servers } = this.database;
    const posts = new PostCase(servers, this.rows, this.bar, this.sized(POST_SECONDS));
    const all = [
      new ProductCollector(servers),
      new FastapiCollector(servers, 1),
      new FastapiCollector(servers, 2),
    ];
    for (const collector of all.filter(({ id }) => isWanted(this.options, id))) {
      const result = await posts.measure(collector);
      this.print(`${result.name}: ${Math.round(result.requestsPerSecond)} requests/s`);
      this.measured.posts.push(result);
    }
  }

  private async measureBatches(): Promise<void> {
    const batches = new BatchCase(this.database.servers, this.rows, this.bar, this.sized(BATCHES));
    if (!isWanted(this.options, 'product')) {
      return;
    }
    const steps = [
      async () => await batches.measurePosts('NDJSON'),
      async () => await batches.measurePosts('JSON'),
      async () => await batches.measureCopy(false),
      async () => await batches.measureCopy(true),
    ];
    for (const measure of steps) {
      const result = await measure();
      this.print(`${result.name}: ${Math.round(result.runsPerSecond)} runs/s`);
      this.measured.batches.push(result);
    }
  }

  /** Of the product alone: what peers do after a crash depends on who starts them again. */
  private async measureRecovery(): Promise<void> {
    const product = this.contestants.find((each) => each instanceof Product);
    if (product !== undefined) {
      const recovery = new RecoveryCase(this.database, this.rows, this.bar, this.options.recoveryLoad);
      const results = await recovery.measure(product);
      this.print(recoveryTable(results));
      this.measured.recoveries.push(...results);
    }
  }

  private async measureCatchUp(): Promise<void> {
    const { servers } = this.database;
    const catchUp = new CatchUpCase(servers, this.rows, this.bar, this.options.missed);
    if (isWanted(this.options, 'product')) {
      const result = await catchUp.measure();
      this.print(catchUpTable([result]));
      this.measured.catchUps.push(result);
    }
  }

  private sized({ quick, full }: { quick: number; full: number }): number {
    return this.options.isQuick ? quick : full;
  }
}
