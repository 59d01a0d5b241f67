import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { ServerProcess } from '../../apps/standalone/src/servers/server-process.js';
import type { BenchServers } from '../support/bench-servers.js';
import type { Contestant, OnProgress, ProcessGroups } from './contestant.js';
import { CELERY_FOLDER, pythonProgram } from './peer-files.js';
import { RedisServer } from './redis-server.js';

const POLL_MS = 100;
const START_MS = 30_000;
const PROCESSES = 4;
const run = promisify(execFile);

/** What users of the platform have today: Celery with Redis, and a collector of FastAPI and SQLAlchemy. */
export class CeleryPeer implements Contestant {
  readonly id = 'celery';
  readonly name = 'Celery + Redis + FastAPI + SQLAlchemy';
  readonly settings =
    `one Celery worker, prefork with ${PROCESSES} processes, prefetch 4, acks late, no result backend, no line logged per task; each run is posted to ` +
    'the collector over a connection that is kept; one uvicorn with uvloop and httptools, SQLAlchemy 2 on asyncpg (statements on tables, not ORM objects) with a ' +
    'pool of 8, one transaction per report; Redis appends to its file and syncs every second';
  private directory: string | undefined;
  private redis: RedisServer | undefined;
  private collector: ServerProcess | undefined;
  private worker: ServerProcess | undefined;
  private collectorPort = 0;
  private stopping = new AbortController();

  /** @param collectorProcesses of uvicorn */
  constructor(
    private readonly servers: BenchServers,
    readonly backlogRuns: number,
    private readonly collectorProcesses = 1,
  ) {}

  /** Where reports are posted to. */
  get collectorUrl(): string {
    return `http://127.0.0.1:${this.collectorPort}`;
  }

  async prepare(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'agent-platform-celery-'));
    this.redis = await RedisServer.start();
    await this.startCollector();
  }

  async enqueue(prefix: string, count: number, onProgress: OnProgress): Promise<void> {
    onProgress(0);
    await this.ask({ PEER_PREFIX: prefix, PEER_COUNT: String(count) });
    onProgress(count);
  }

  async requestPaced(prefix: string, count: number, perSecond: number): Promise<void> {
    await this.ask({ PEER_PREFIX: prefix, PEER_COUNT: String(count), PEER_PER_SECOND: String(perSecond) });
  }

  async startWorking(): Promise<void> {
    const parameters = [
      'worker',
      '--concurrency',
      String(PROCESSES),
      '--loglevel',
      'INFO',
      '--without-gossip',
    ];
    this.worker = await this.launch('celery', ['--app', 'worker', ...parameters, '--without-mingle']);
    const log = this.logFile('celery');
    await until(async () => (await readFile(log, 'utf8')).includes('The worker is ready'), this.worker);
  }

  processes(): ProcessGroups {
    return {
      worker: pidsOf(this.worker),
      collector: pidsOf(this.collector),
      redis: this.redis === undefined ? [] : [this.redis.pid],
    };
  }

  assertRuns(): void {
    const hasEnded = [this.worker, this.collector].some((process) => process?.running === false);
    if (hasEnded) {
      throw new Error(`A process of ${this.name} has ended; its log is in ${this.directory}`);
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.stopping = new AbortController();
    await this.worker?.stop();
    await this.collector?.stop();
    await this.redis?.stop();
    this.worker = undefined;
    this.collector = undefined;
    this.redis = undefined;
    if (this.directory !== undefined) {
      await rm(this.directory, { recursive: true, force: true });
    }
  }

  async startCollector(): Promise<void> {
    this.directory ??= await mkdtemp(join(tmpdir(), 'agent-platform-celery-'));
    this.collectorPort = await freePort();
    const options = {
      port: this.collectorPort,
      workers: this.collectorProcesses,
      loop: 'uvloop',
      http: 'httptools',
      'log-level': 'warning',
    };
    this.collector = await this.launch('uvicorn', [
      'collector:app',
      '--no-access-log',
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ]);
    const url = `${this.collectorUrl}/health`;
    await until(async () => (await fetch(url).catch(() => undefined))?.ok === true, this.collector);
  }

  private async ask(environment: Record<string, string>): Promise<void> {
    const env = { ...this.environment(), ...environment };
    await run(pythonProgram('python'), ['enqueue.py'], {
      cwd: CELERY_FOLDER,
      env,
      signal: this.stopping.signal,
    });
  }

  private async launch(program: string, parameters: string[]): Promise<ServerProcess> {
    return await ServerProcess.launch({
      command: pythonProgram(program),
      args: parameters,
      logFile: this.logFile(program),
      recordFile: join(this.directory ?? '', `${program}.server`),
      stopSignal: 'SIGTERM',
      env: this.environment(),
    });
  }

  private logFile(program: string): string {
    return join(this.directory ?? '', `${program}.log`);
  }

  private environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      PYTHONPATH: CELERY_FOLDER,
      PYTHONDONTWRITEBYTECODE: '1',
      DATABASE_URL: this.servers.ownerUrl,
      REDIS_PORT: String(this.redis?.port ?? 0),
      COLLECTOR_PORT: String(this.collectorPort),
    };
  }
}

function pidsOf(process: ServerProcess | undefined): number[] {
  return process?.running === true ? [process.pid] : [];
}

async function until(isTrue: () => Promise<boolean>, process: ServerProcess): Promise<void> {
  const giveUpAt = performance.now() + START_MS;
  while (!(await isTrue())) {
    if (!process.running || performance.now() > giveUpAt) {
      throw new Error(`A program of Celery did not start:\n${await process.logTail()}`);
    }
    await setTimeout(POLL_MS);
  }
}
