import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { BenchServers } from '../support/bench-servers.js';
import { BenchService } from '../support/bench-service.js';
import type { Contestant, OnProgress, ProcessGroups } from './contestant.js';
import { emptyStreams } from './empty-streams.js';
import { IngestProcess } from './ingest-process.js';
import { RequestPublisher } from './request-publisher.js';
import { serviceEnvironment } from './service-environment.js';
import type { StoredRows } from './stored-rows.js';

const EXECUTOR = new URL('executor.js', import.meta.url);
const POLL_MS = 250;
const RECONNECT_MS = 100;
const IMPATIENT_MS = 2_000;

export interface ProductOptions {
  readonly backlogRuns: number;
  /** Runs at the same time in the executor. */
  readonly concurrency: number;
  /** Whether ingest works while the requests wait, and gives each its `pending` row. */
  readonly pendingRows: boolean;
  /** Where each process leaves a profile of its processor time when it ends; nowhere without. */
  readonly profiles?: string;
}

/** nats-server, one executor and one ingest: the programs of the build, with a no-op agent. */
export class Product implements Contestant {
  readonly id: string;
  readonly name: string;
  readonly backlogRuns: number;
  private nats: NatsConnection | undefined;
  private ingest: IngestProcess | undefined;
  private executor: BenchService | undefined;

  constructor(
    private readonly servers: BenchServers,
    private readonly rows: StoredRows,
    private readonly options: ProductOptions,
  ) {
    this.backlogRuns = options.backlogRuns;
    this.id = options.pendingRows ? 'product' : 'product-fresh';
    this.name = options.pendingRows ? 'agent-platform' : 'agent-platform, no pending rows';
  }

  get settings(): string {
    const { concurrency, pendingRows } = this.options;
    return (
      `one executor with EXECUTOR_CONCURRENCY ${concurrency} and an inline agent of that concurrency, one ingest as by default, ` +
      `nats-server ${this.servers.natsVersion} with sync_interval always; ` +
      (pendingRows
        ? 'ingest was up while the requests waited, so each has its pending row already'
        : 'ingest was down while the requests waited, and starts with the executor')
    );
  }

  async prepare(): Promise<void> {
    this.nats = await connect({
      servers: this.servers.natsUrl,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
    });
    await emptyStreams(this.nats);
    // Once, so that the agent is served: its durable consumer is there before the first request.
    await this.startExecutor([]);
    await this.executor?.stop();
  }

  async enqueue(prefix: string, count: number, onProgress: OnProgress): Promise<void> {
    if (this.options.pendingRows) {
      this.ingest = await IngestProcess.start(this.servers, this.profiling('ingest'));
    }
    await this.publisher().publishAll(prefix, count, onProgress);
    while (this.options.pendingRows && (await this.rows.known()) < count) {
      await setTimeout(POLL_MS);
    }
  }

  async requestPaced(prefix: string, count: number, perSecond: number): Promise<void> {
    await this.publisher().publishPaced(prefix, count, perSecond);
  }

  /** As `requestPaced`, on a broker that may go away: what it does not confirm soon is asked for again. */
  async requestThroughCrashes(prefix: string, count: number, perSecond: number): Promise<void> {
    await this.publisher(IMPATIENT_MS).publishPaced(prefix, count, perSecond);
  }

  async startWorking(): Promise<void> {
    if (this.ingest === undefined) {
      this.ingest = await IngestProcess.start(this.servers, this.profiling('ingest'));
    }
    await this.startExecutor(this.profiling('executor'));
  }

  /** SIGKILL, and a start at once. */
  async crash(process: 'executor' | 'ingest'): Promise<void> {
    if (process === 'executor') {
      await this.executor?.kill();
      await this.startExecutor([]);
    } else {
      await this.ingest?.kill();
      this.ingest = await IngestProcess.start(this.servers);
    }
  }

  processes(): ProcessGroups {
    const { nats } = this.servers.processIds;
    return {
      executor: this.executor === undefined ? [] : [this.executor.pid],
      ingest: this.ingest === undefined ? [] : [this.ingest.pid],
      nats: nats === undefined ? [] : [nats],
    };
  }

  assertRuns(): void {
    this.executor?.assertRuns();
    this.ingest?.assertRuns();
  }

  async stop(): Promise<void> {
    await this.executor?.stop();
    await this.ingest?.stop();
    if (this.nats !== undefined) {
      await emptyStreams(this.nats); // what nobody could keep up with is not to be written during the next case
      await this.nats.close();
    }
    this.executor = undefined;
    this.ingest = undefined;
    this.nats = undefined;
  }

  private publisher(timeoutMs?: number): RequestPublisher {
    if (this.nats === undefined) {
      throw new Error('prepare() comes first');
    }
    return new RequestPublisher(this.nats, timeoutMs);
  }

  private async startExecutor(nodeOptions: readonly string[]): Promise<void> {
    const concurrency = String(this.options.concurrency);
    this.executor = BenchService.start(
      'executor',
      EXECUTOR,
      {
        ...serviceEnvironment('EXECUTOR_', this.servers),
        EXECUTOR_CONCURRENCY: concurrency,
        BENCH_CONCURRENCY: concurrency,
      },
      nodeOptions,
    );
    await this.executor.ready();
  }

  private profiling(service: string): string[] {
    const { profiles } = this.options;
    return profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(profiles, service)}`];
  }
}
