import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { loadConfiguration } from '#configuration';
import {
  AGENTS_BUCKET,
  type LedgerEntry,
  type LedgerFire,
  requestSubject,
  RUN_REQUESTS,
  type RunRequest,
  SCHEDULE_FIRES,
  type ScheduleDeclaration,
  type ScheduleDefinition,
  scheduleKey,
  schedulePauseKey,
  SCHEDULES_BUCKET,
} from '#contracts';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';
import { provision } from '../../apps/setup/src/provision.js';
import { topology } from '#topology';
import { PrivateServers } from '../support/private-servers.js';

const STREAM_BYTES = 16 * 1_048_576;

/** A fire as it is found in the stream. */
export interface StoredFire {
  readonly messageId: string;
  readonly request: RunRequest;
  /** When the broker stored it, in milliseconds since the epoch. */
  readonly storedAtMs: number;
  /** `storedAtMs` minus the nominal instant. */
  readonly latenessMs: number;
}

/** A broker with the platform's streams, and schedulers on it. */
export class SchedulerBench {
  readonly servers: PrivateServers;
  readonly environment: Record<string, string>;
  private readonly connection: NatsConnection;
  private readonly manager: JetStreamManager;
  private readonly catalogue: KV;
  private readonly stored: KV;
  private readonly schedulers: INestApplicationContext[] = [];

  private constructor(
    servers: PrivateServers,
    connection: NatsConnection,
    manager: JetStreamManager,
    catalogue: KV,
    stored: KV,
  ) {
    this.servers = servers;
    this.connection = connection;
    this.manager = manager;
    this.catalogue = catalogue;
    this.stored = stored;
    this.environment = { NATS_URL: servers.nats.url, MANAGEMENT_PORT: '0', LOG_LEVEL: 'error' };
  }

  static async start(): Promise<SchedulerBench> {
    Logger.overrideLogger(['error']);
    const servers = await PrivateServers.start({ nats: true });
    const sizes = {
      runRequestsMaxBytes: STREAM_BYTES,
      runEventsMaxBytes: STREAM_BYTES,
      deadLettersMaxBytes: STREAM_BYTES,
      streamReplicas: 1,
    };
    await provision({ servers: servers.nats.url, name: 'setup' }, topology(sizes), () => undefined);
    const connection = await connect({
      servers: servers.nats.url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    const catalogue = await new Kvm(connection).open(AGENTS_BUCKET);
    const stored = await new Kvm(connection).open(SCHEDULES_BUCKET);
    return new SchedulerBench(servers, connection, await jetstreamManager(connection), catalogue, stored);
  }

  async startScheduler(): Promise<INestApplicationContext> {
    const scheduler = await startScheduler(loadConfiguration(SchedulerConfiguration, this.environment));
    this.schedulers.push(scheduler);
    return scheduler;
  }

  /** Puts an agent with one schedule, named `tick`, into the catalogue. */
  async declare(agent: string, cron: string, options: Partial<ScheduleDeclaration> = {}): Promise<void> {
    const schedules = [{ name: 'tick', cron, timeZone: 'UTC', ...options }];
    const limits = { concurrency: 1, attemptLimit: 1, timeLimitMs: 1_000, retryDelayMs: 1_000 };
    const declaration = { name: agent, description: '', ...limits, schedules };
    await this.putRaw(agent, JSON.stringify({ group: 'default', declaration }));
  }

  async putRaw(agent: string, value: string): Promise<void> {
    await this.catalogue.put(agent, value);
  }

  async remove(agent: string): Promise<void> {
    await this.catalogue.delete(agent);
  }

  /** Stores a schedule as the api service does. */
  async store(definition: Partial<ScheduleDefinition> & { agent: string; name: string }): Promise<void> {
    const timed_since = new Date().toISOString();
    const value = JSON.stringify({ timed_since, ...definition });
    await this.stored.put(scheduleKey(definition.agent, definition.name), value);
  }

  async unstore(agent: string, name: string): Promise<void> {
    await this.stored.delete(scheduleKey(agent, name));
  }

  async setPaused(agent: string, name: string, isPaused: boolean): Promise<void> {
    const key = schedulePauseKey(agent, name);
    await (isPaused ? this.stored.put(key, '{}') : this.stored.delete(key));
  }

  /** All fires of an agent in the stream, oldest first. */
  async fires(agent: string): Promise<StoredFire[]> {
    return (await this.messages(RUN_REQUESTS))
      .filter(({ subject }) => subject === requestSubject(agent))
      .map(fireOf);
  }

  /** What the ledger says of a schedule, oldest first. */
  async entries(agent: string, name = 'tick'): Promise<LedgerEntry[]> {
    return (await this.messages(SCHEDULE_FIRES))
      .filter(({ subject }) => subject.endsWith(`.${agent}.${name}`))
      .map((message) => message.json<LedgerEntry>());
  }

  async ledger(agent: string, name = 'tick'): Promise<LedgerFire[]> {
    return (await this.entries(agent, name)).flatMap(({ fires }) => fires);
  }

  /** A plain client. */
  get nats(): NatsConnection {
    return this.connection;
  }

  async messages(stream: string): Promise<StoredMsg[]> {
    const { state } = await this.manager.streams.info(stream);
    const found: StoredMsg[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq += 1) {
      const message = await this.manager.streams.getMessage(stream, { seq });
      if (message !== null) {
        found.push(message);
      }
    }
    return found;
  }

  /** Changes the bound of the stream of requests. */
  async resizeRequests(maxBytes: number): Promise<void> {
    await this.manager.streams.update(RUN_REQUESTS, { max_bytes: maxBytes });
  }

  async stop(): Promise<void> {
    await Promise.all(this.schedulers.map((scheduler) => scheduler.close()));
    await this.connection.close();
    await this.servers.stop();
  }
}

function fireOf(message: StoredMsg): StoredFire {
  const request = message.json<RunRequest>();
  const storedAtMs = message.time.getTime();
  return {
    messageId: message.header.get('Nats-Msg-Id'),
    request,
    storedAtMs,
    latenessMs: storedAtMs - Date.parse(request.scheduled_for ?? ''),
  };
}
