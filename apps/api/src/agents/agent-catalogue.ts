import {
  AGENT_STATES_BUCKET,
  AGENTS_BUCKET,
  agentStateKey,
  type CatalogueEntry,
  parseCatalogueEntry,
} from '#contracts';
import { BrokerUnavailableException, BucketMirror, JetStreamConnection } from '#jetstream';
import {
  Injectable,
  NotFoundException,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type AgentStanding, breakerOf, pauseOf } from './agent-standing.js';

/** The catalogue of agents and whether they may run, as the buckets have it; while NATS is away, as they had it last. */
@Injectable()
export class AgentCatalogue implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly entries: BucketMirror<CatalogueEntry>;
  private readonly states: BucketMirror<Uint8Array>;

  constructor(private readonly connection: JetStreamConnection) {
    this.entries = new BucketMirror(connection, AGENTS_BUCKET, parseCatalogueEntry);
    this.states = new BucketMirror(connection, AGENT_STATES_BUCKET, (data) => data.slice());
  }

  onApplicationBootstrap(): void {
    this.entries.start();
    this.states.start();
  }

  onModuleDestroy(): void {
    this.entries.stop();
    this.states.stop();
  }

  /** Whether this is how it is now. */
  get isCurrent(): boolean {
    return this.connection.isConnected;
  }

  /** By name. @throws BrokerUnavailableException before the catalogue could be read for the first time */
  all(): CatalogueEntry[] {
    this.assertRead();
    return this.entries.entries().map(([, entry]) => entry);
  }

  /**
   * @throws NotFoundException when no executor has declared it
   * @throws BrokerUnavailableException before the catalogue could be read for the first time
   */
  get(agent: string): CatalogueEntry {
    const entry = this.find(agent);
    if (entry === undefined) {
      throw new NotFoundException(`The catalogue has no agent named ${agent}`);
    }
    return entry;
  }

  /** @throws BrokerUnavailableException before the catalogue could be read for the first time */
  find(agent: string): CatalogueEntry | undefined {
    this.assertRead();
    return this.entries.get(agent);
  }

  /** @throws BrokerUnavailableException before the states could be read for the first time */
  standingOf(agent: string): AgentStanding {
    this.assertRead();
    const pause = this.states.get(agentStateKey(agent, 'paused'));
    const breaker = this.states.get(agentStateKey(agent, 'breaker'));
    return {
      pause: pause === undefined ? undefined : pauseOf(pause),
      breaker: breaker === undefined ? undefined : breakerOf(breaker),
    };
  }

  private assertRead(): void {
    if (!this.entries.isComplete || !this.states.isComplete) {
      throw new BrokerUnavailableException('The catalogue could not be read yet');
    }
  }
}
