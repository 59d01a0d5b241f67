import type { BenchServers } from '../support/bench-servers.js';
import type { Collector } from './collector.js';
import type { ProcessGroups } from './contestant.js';
import { IngestProcess } from './ingest-process.js';

/** The product's ingest. Each report goes to the broker as well, as always. */
export class ProductCollector implements Collector {
  readonly id = 'product';
  readonly name = 'agent-platform, ingest';
  private ingest: IngestProcess | undefined;

  constructor(private readonly servers: BenchServers) {}

  async start(): Promise<string> {
    this.ingest = await IngestProcess.start(this.servers);
    return this.ingest.url;
  }

  processes(): ProcessGroups {
    const { nats } = this.servers.processIds;
    return {
      ingest: this.ingest === undefined ? [] : [this.ingest.pid],
      nats: nats === undefined ? [] : [nats],
    };
  }

  async stop(): Promise<void> {
    await this.ingest?.stop();
    this.ingest = undefined;
  }
}
