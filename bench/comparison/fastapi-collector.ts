import type { BenchServers } from '../support/bench-servers.js';
import { CeleryPeer } from './celery-peer.js';
import type { Collector } from './collector.js';
import type { ProcessGroups } from './contestant.js';

/** The collector that users of Celery have. */
export class FastapiCollector implements Collector {
  readonly id = 'celery';
  readonly name: string;
  private readonly peer: CeleryPeer;

  /** @param processes of uvicorn */
  constructor(servers: BenchServers, processes: number) {
    this.peer = new CeleryPeer(servers, 0, processes);
    this.name = `FastAPI + SQLAlchemy, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
  }

  async start(): Promise<string> {
    await this.peer.startCollector();
    return this.peer.collectorUrl;
  }

  processes(): ProcessGroups {
    const { collector = [] } = this.peer.processes();
    return { collector };
  }

  async stop(): Promise<void> {
    await this.peer.stop();
  }
}
