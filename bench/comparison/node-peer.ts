import type { Pool } from 'pg';
import type { BenchServers } from '../support/bench-servers.js';
import { BenchService } from '../support/bench-service.js';
import type { Contestant, OnProgress, ProcessGroups } from './contestant.js';
import { peerProgram } from './peer-files.js';
import { RedisServer } from './redis-server.js';

/** A peer that is a library for Node. */
export interface NodePeerDefinition {
  readonly id: string;
  readonly name: string;
  readonly settings: string;
  readonly backlogRuns: number;
  /** Of the folder of the peers. */
  readonly program: string;
  /** Whether runs are stored together. */
  readonly isBatched: boolean;
  /** Where it keeps its jobs: in Redis, or in a schema of this name. */
  readonly keptIn: 'redis' | { readonly schema: string };
}

/** One worker process, and whatever the peer keeps its jobs in. */
export class NodePeer implements Contestant {
  private redis: RedisServer | undefined;
  private worker: BenchService | undefined;
  private producer: BenchService | undefined;

  constructor(
    private readonly servers: BenchServers,
    private readonly database: Pool,
    private readonly definition: NodePeerDefinition,
  ) {}

  get id(): string {
    return this.definition.id;
  }

  get name(): string {
    return this.definition.name;
  }

  get settings(): string {
    return this.definition.settings;
  }

  get backlogRuns(): number {
    return this.definition.backlogRuns;
  }

  async prepare(): Promise<void> {
    const { keptIn } = this.definition;
    if (keptIn === 'redis') {
      this.redis = await RedisServer.start();
    } else {
      await this.database.query(`DROP SCHEMA IF EXISTS ${keptIn.schema} CASCADE`);
    }
  }

  async enqueue(prefix: string, count: number, onProgress: OnProgress): Promise<void> {
    onProgress(0);
    await this.ask('enqueue', { PEER_PREFIX: prefix, PEER_COUNT: String(count) });
    onProgress(count);
  }

  async requestPaced(prefix: string, count: number, perSecond: number): Promise<void> {
    await this.ask('paced', {
      PEER_PREFIX: prefix,
      PEER_COUNT: String(count),
      PEER_PER_SECOND: String(perSecond),
    });
  }

  async startWorking(): Promise<void> {
    this.worker = this.run('work', {});
    await this.worker.ready();
  }

  processes(): ProcessGroups {
    return {
      worker: this.worker === undefined ? [] : [this.worker.pid],
      ...(this.redis === undefined ? {} : { redis: [this.redis.pid] }),
    };
  }

  assertRuns(): void {
    this.worker?.assertRuns();
  }

  async stop(): Promise<void> {
    await this.producer?.stop();
    await this.worker?.stop();
    await this.redis?.stop();
    this.producer = undefined;
    this.worker = undefined;
    this.redis = undefined;
  }

  private async ask(mode: string, environment: Record<string, string>): Promise<void> {
    this.producer = this.run(mode, environment);
    await this.producer.ended();
  }

  private run(mode: string, environment: Record<string, string>): BenchService {
    const { program, isBatched } = this.definition;
    return BenchService.start(program, peerProgram(program), {
      ...environment,
      PEER_MODE: mode,
      PEER_BATCHED: isBatched ? 'yes' : 'no',
      DATABASE_URL: this.servers.ownerUrl,
      REDIS_PORT: String(this.redis?.port ?? ''),
    });
  }
}
