import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import type { BenchServers } from '../support/bench-servers.js';
import { BenchService } from '../support/bench-service.js';
import { serviceEnvironment } from './service-environment.js';

const INGEST = new URL('../../apps/ingest/src/main.js', import.meta.url);
/** In place of what services have by default. */
const AS_DEPLOYED = ['--max-semi-space-size=8'];
const POLL_MS = 100;

/** The product's ingest, as by default. */
export class IngestProcess {
  private constructor(
    private readonly service: BenchService,
    private readonly port: number,
  ) {}

  /** Resolves once it says that all it needs is up. */
  static async start(servers: BenchServers, nodeOptions: readonly string[] = []): Promise<IngestProcess> {
    const port = await freePort();
    const environment = {
      ...serviceEnvironment('INGEST_', servers),
      DATABASE_URL: servers.ingestUrl,
      INGEST_PORT: String(port),
    };
    const ingest = new IngestProcess(
      BenchService.start('ingest', INGEST, environment, [...AS_DEPLOYED, ...nodeOptions]),
      port,
    );
    await ingest.healthy();
    return ingest;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.service.pid;
  }

  assertRuns(): void {
    this.service.assertRuns();
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    await this.service.kill();
  }

  private async healthy(): Promise<void> {
    for (;;) {
      this.service.assertRuns();
      const answer = await fetch(`${this.url}/health`).catch(() => undefined);
      if (answer?.ok === true) {
        return;
      }
      await setTimeout(POLL_MS);
    }
  }
}
