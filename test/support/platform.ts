import type { INestApplicationContext, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Pool } from 'pg';
import { ApiConfiguration } from '../../apps/api/src/api-configuration.js';
import { createApi } from '../../apps/api/src/create-api.js';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { createIngest } from '../../apps/ingest/src/create-ingest.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';
import { runSetup } from '../../apps/setup/src/run-setup.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { SpecAgentsModule } from '../processes/agents/spec-agents.module.js';
import { PrivateDatabase } from './private-database.js';
import { PrivateServers } from './private-servers.js';
import { ServiceProcess } from './service-process.js';

const INGEST_PASSWORD = 'ingest-for-tests-only';
const API_PASSWORD = 'api-for-tests-only';

/** A prepared nats-server and database of one spec file, and the services that it starts on them. */
export class Platform {
  private readonly apps: INestApplicationContext[] = [];
  private readonly processes: ServiceProcess[] = [];
  private pool: Pool | undefined;
  private client: NatsConnection | undefined;

  private constructor(
    readonly servers: PrivateServers,
    private readonly database: PrivateDatabase | undefined,
  ) {}

  /**
   * @param options.postgres `private` gives the spec a Postgres that it may kill
   * @param options.setup what the setup is told beside the addresses
   */
  static async start(
    options: { postgres?: 'private' | 'shared'; setup?: Partial<SetupConfiguration> } = {},
  ): Promise<Platform> {
    const isPrivate = options.postgres === 'private';
    const servers = await PrivateServers.start({ nats: true, postgres: isPrivate });
    const platform = new Platform(servers, isPrivate ? undefined : await PrivateDatabase.create());
    await platform.setUp(options.setup);
    return platform;
  }

  get natsUrl(): string {
    return this.servers.nats.url;
  }

  /** The database, as the owner of its tables. */
  get databaseUrl(): string {
    return this.database?.ownerUrl ?? this.servers.postgres.url('agent_metrics_db', 'agent_platform');
  }

  /** The database, as ingest sees it. */
  get ingestUrl(): string {
    return this.databaseUrlOf('ingest_service', INGEST_PASSWORD);
  }

  /** The database, as the api service sees it. */
  get apiUrl(): string {
    return this.databaseUrlOf('api_service', API_PASSWORD);
  }

  /** A plain client, as `nats pub` is one. */
  async nats(): Promise<NatsConnection> {
    this.client ??= await connect({
      servers: this.natsUrl,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    return this.client;
  }

  async query<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
    if (this.pool === undefined) {
      this.pool = new Pool({ connectionString: this.databaseUrl, max: 2 });
      this.pool.on('error', () => undefined); // specs kill Postgres
    }
    return (await this.pool.query<T>(sql, values)).rows;
  }

  /** @returns where it listens */
  async startIngest(overrides: Partial<IngestConfiguration> = {}): Promise<string> {
    const app = await this.createIngest(overrides);
    return (await app.getUrl()).replace('[::1]', '127.0.0.1');
  }

  /** An ingest that listens, for specs that look inside. */
  async createIngest(overrides: Partial<IngestConfiguration> = {}): Promise<NestFastifyApplication> {
    const configuration = Object.assign(new IngestConfiguration(), this.common(), {
      databaseUrl: this.ingestUrl,
      port: 0,
      ...overrides,
    });
    const app = await createIngest(configuration, (error) => {
      throw error;
    });
    this.apps.unshift(app);
    await app.listen(configuration.port, configuration.host);
    return app;
  }

  async startExecutor(
    overrides: Partial<ExecutorConfiguration> = {},
    catalogue: Type = SpecAgentsModule,
  ): Promise<INestApplicationContext> {
    const configuration = Object.assign(
      new ExecutorConfiguration(),
      this.common(),
      { drainMs: 2_000, pythonDir: this.servers.directory },
      overrides,
    );
    const app = await createExecutor(configuration, catalogue);
    this.apps.unshift(app);
    await app.listen();
    return app;
  }

  async startApi(overrides: Partial<ApiConfiguration> = {}): Promise<NestFastifyApplication> {
    const configuration = Object.assign(
      new ApiConfiguration(),
      this.common(),
      { databaseUrl: this.apiUrl, port: 0 },
      overrides,
    );
    const app = await createApi(configuration);
    this.apps.unshift(app);
    return app;
  }

  async startScheduler(): Promise<INestApplicationContext> {
    const app = await startScheduler(Object.assign(new SchedulerConfiguration(), this.common()));
    this.apps.unshift(app);
    return app;
  }

  /** @param program path below `dist/` */
  spawn(program: string, environment: Record<string, string> = {}): ServiceProcess {
    const service = ServiceProcess.spawn(program, {
      NATS_URL: this.natsUrl,
      DATABASE_URL: this.ingestUrl,
      INGEST_PORT: '0',
      MANAGEMENT_PORT: '0',
      LOG_LEVEL: 'warn',
      EXECUTOR_PYTHON_DIR: this.servers.directory,
      ...environment,
    });
    this.processes.push(service);
    return service;
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((service) => service.kill()));
    for (const app of this.apps) {
      await app.close();
    }
    await this.client?.close();
    await this.pool?.end();
    await this.database?.drop();
    await this.servers.stop();
  }

  private databaseUrlOf(user: string, password: string): string {
    const url = new URL(this.databaseUrl);
    url.username = user;
    url.password = password;
    return url.href;
  }

  private common(): Pick<ExecutorConfiguration, 'natsUrl' | 'logLevel' | 'managementPort'> {
    return { natsUrl: this.natsUrl, logLevel: 'error', managementPort: 0 };
  }

  private async setUp(overrides: Partial<SetupConfiguration> = {}): Promise<void> {
    const configuration = Object.assign(new SetupConfiguration(), {
      databaseUrl: this.databaseUrl,
      natsUrl: this.natsUrl,
      ingestDbPassword: INGEST_PASSWORD,
      apiDbPassword: API_PASSWORD,
      ...overrides,
    });
    await runSetup(configuration, () => undefined);
  }
}
