import { jetstreamManager, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { loadConfiguration } from '#configuration';
import { AGENTS_BUCKET, requestSubject, RUN_REQUESTS, type RunRequest } from '#contracts';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';
import { provision } from '../../apps/setup/src/provision.js';
import { topology } from '../../apps/setup/src/topology.js';
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
  private readonly schedulers: INestApplicationContext[] = [];

  private constructor(
    servers: PrivateServers,
    connection: NatsConnection,
    manager: JetStreamManager,
    catalogue: KV,
  ) {
    this.servers = servers;
    this.connection = connection;
    this.manager = manager;
    this.catalogue = catalogue;
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
    return new SchedulerBench(servers, connection, await jetstreamManager(connection), catalogue);
  }

  async startScheduler(): Promise<INestApplicationContext> {
    const scheduler = await startScheduler(loadConfiguration(SchedulerConfiguration, this.environment));
    this.schedulers.push(scheduler);
    return scheduler;
  }

  /** Puts an agent with one schedule, named `tick`, into the catalogue. */
  async declare(agent: string, cron: string, input?: Record<string, unknown>): Promise<void> {
    const schedules = [{ name: 'tick', cron, timeZone: 'UTC', ...(input !== undefined && { input }) }];
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

  /** All fires of an agent in the stream, oldest first. */
  async fires(agent: string): Promise<StoredFire[]> {
    const { state } = await this.manager.streams.info(RUN_REQUESTS);
    const found: StoredFire[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq += 1) {
      const message = await this.manager.streams.getMessage(RUN_REQUESTS, { seq });
      if (message?.subject === requestSubject(agent)) {
        found.push(fireOf(message));
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
