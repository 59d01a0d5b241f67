import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENTS_BUCKET } from '#contracts';
import { ownPythonFolder } from '#running';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';
import { CHILD_CONCURRENCY } from './agents/concurrency.js';
import { BenchServers } from '../support/bench-servers.js';
import { BenchService } from '../support/bench-service.js';

const INGEST = new URL('../../apps/ingest/src/main.js', import.meta.url);
const EXECUTOR = new URL('executor.js', import.meta.url);
const BENCH_AGENTS = join(ownPythonFolder(), '../bench/isolation/python/agents');

/** Servers, an ingest and one executor at a time, each in processes of their own. */
export class BenchPlatform {
  private ingest: BenchService | undefined;
  private executor: BenchService | undefined;

  private constructor(
    readonly servers: BenchServers,
    readonly nats: NatsConnection,
    readonly database: Client,
  ) {}

  /** @param report takes a line about what takes long */
  static async start(report: (line: string) => void): Promise<BenchPlatform> {
    const servers = await BenchServers.start(report);
    const nats = await connect({ servers: servers.natsUrl });
    const database = new Client({ connectionString: servers.ownerUrl });
    await database.connect();
    const platform = new BenchPlatform(servers, nats, database);
    try {
      platform.startIngest();
      await platform.preparePythonFolder();
      return platform;
    } catch (error) {
      await platform.stop();
      throw error;
    }
  }

  /**
   * Starts an executor in place of the one before, and waits until it works.
   * @param childRuns runs after which it replaces a child
   */
  async startExecutor(childRuns: number): Promise<void> {
    await this.executor?.stop();
    this.executor = BenchService.start('executor', EXECUTOR, {
      ...this.common(),
      EXECUTOR_PYTHON_DIR: this.servers.directory,
      EXECUTOR_CHILD_RUNS: String(childRuns),
      EXECUTOR_CHILD_ENV: 'BENCH_CHILDREN',
      BENCH_CHILDREN: String(CHILD_CONCURRENCY),
    });
    await this.executor.ready();
  }

  /** Whether the executor has such an agent. A Python agent is missing where there is no Python. */
  async hasAgent(agent: string): Promise<boolean> {
    const bucket = await new Kvm(this.nats).open(AGENTS_BUCKET);
    return (await bucket.get(agent)) !== null;
  }

  /** @throws Error with the last words of a service that has ended */
  assertRuns(): void {
    this.ingest?.assertRuns();
    this.executor?.assertRuns();
  }

  async stop(): Promise<void> {
    await this.executor?.stop();
    await this.ingest?.stop();
    await Promise.all([this.nats.close(), this.database.end()]);
    await this.servers.stop();
  }

  private startIngest(): void {
    this.ingest = BenchService.start('ingest', INGEST, {
      ...this.common(),
      DATABASE_URL: this.servers.ingestUrl,
      INGEST_PORT: '0',
    });
  }

  /** A folder as `python/` is one, with the agent of the bench alone. */
  private async preparePythonFolder(): Promise<void> {
    const { directory } = this.servers;
    await cp(BENCH_AGENTS, join(directory, 'agents'), { recursive: true });
    await symlink(join(ownPythonFolder(), 'agent_platform'), join(directory, 'agent_platform'));
  }

  private common(): Record<string, string> {
    return { NATS_URL: this.servers.natsUrl, MANAGEMENT_PORT: '0', LOG_LEVEL: 'warn' };
  }
}
