import type { INestApplicationContext, INestMicroservice } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfiguration } from '#configuration';
import { COMMAND_SUBJECTS, type CommandReply } from '#contracts';
import { headers } from '@nats-io/transport-node';
import { Client } from 'pg';
import { ApiConfiguration } from '../../apps/api/src/api-configuration.js';
import { createApi } from '../../apps/api/src/create-api.js';
import { createExecutor } from '../../apps/executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { createIngest } from '../../apps/ingest/src/create-ingest.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { createNotifier } from '../../apps/notifier/src/create-notifier.js';
import { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../apps/scheduler/src/start-scheduler.js';
import { runSetup } from '../../apps/setup/src/run-setup.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { composeVariables, containerEnvironment } from './compose-file.js';
import { DeployedAgentsModule } from './deployed-agents.module.js';
import { DeployedNats, passwordVariables } from './deployed-nats.js';
import { DeployedPostgres } from './deployed-postgres.js';

const EXECUTORS = 2;
const COMMAND_MS = 10_000;

/** The services with the environment that docker-compose.yml gives them, on the brokers and logins of deploy/. */
export class DeployedPlatform {
  readonly executors: INestMicroservice[] = [];
  private readonly services: INestApplicationContext[] = [];
  private ingestService: NestFastifyApplication | undefined;
  private apiService: NestFastifyApplication | undefined;

  private constructor(
    private readonly variables: Readonly<Record<string, string>>,
    readonly nats: DeployedNats,
    private readonly postgres: DeployedPostgres,
    /** As the web application reads. */
    readonly webapp: Client,
  ) {}

  /** @param settings of `.env`, beside the passwords */
  static async start(settings: Readonly<Record<string, string>>): Promise<DeployedPlatform> {
    const variables: Record<string, string> = {
      ...Object.fromEntries(composeVariables().map(({ name }) => [name, ''])),
      ...passwordVariables(),
      POSTGRES_PASSWORD: 'superuser-for-tests',
      OWNER_DB_PASSWORD: 'owner-for-tests',
      INGEST_DB_PASSWORD: 'ingest-for-tests',
      API_DB_PASSWORD: 'api-for-tests',
      WEBAPP_DB_PASSWORD: 'webapp-for-tests',
      LOG_LEVEL: 'silent',
      ...settings,
    };
    const nats = await DeployedNats.start();
    const postgres = await DeployedPostgres.start(containerEnvironment('postgres', variables));
    const webapp = new Client({
      connectionString: `postgres://webapp:webapp-for-tests@${postgres.address}/agent_metrics_db`,
    });
    const platform = new DeployedPlatform(variables, nats, postgres, webapp);
    await runSetup(platform.configure('setup', SetupConfiguration), () => undefined);
    await webapp.connect();
    await platform.startServices();
    return platform;
  }

  get ingest(): NestFastifyApplication {
    if (this.ingestService === undefined) {
      throw new Error('Ingest has not been started');
    }
    return this.ingestService;
  }

  /** Where the api is found on this machine. */
  async apiUrl(): Promise<string> {
    const url = new URL((await this.apiService?.getUrl()) ?? '');
    return `http://127.0.0.1:${url.port}`;
  }

  /** As `nats pub` does it. */
  async request(
    agent: string,
    requestId: string,
    body: unknown,
    lane: 'requests' | 'urgent' = 'requests',
  ): Promise<void> {
    const connection = await this.nats.connect('operator');
    const withId = headers();
    withId.set('Nats-Msg-Id', requestId);
    connection.publish(`runs.${lane}.${agent}`, JSON.stringify(body), { headers: withId });
    await connection.drain();
  }

  /** As `nats request` does it. */
  async command(name: keyof typeof COMMAND_SUBJECTS, command: object): Promise<CommandReply<object>> {
    const connection = await this.nats.connect('operator');
    try {
      const options = { timeout: COMMAND_MS };
      const answer = await connection.request(COMMAND_SUBJECTS[name], JSON.stringify(command), options);
      return answer.json<CommandReply<object>>();
    } finally {
      await connection.close();
    }
  }

  async run(requestId: string): Promise<unknown> {
    const { rows } = await this.webapp.query('SELECT * FROM agent_runs WHERE request_id = $1', [requestId]);
    return rows[0];
  }

  async deadLetters(stage: string, subject = '%'): Promise<number> {
    const { rowCount } = await this.webapp.query(
      'SELECT FROM dead_letters WHERE stage = $1 AND subject LIKE $2',
      [stage, subject],
    );
    return rowCount ?? 0;
  }

  /** Safe to call again. */
  async closeServices(): Promise<void> {
    await Promise.all(this.services.map(async (service) => await service.close()));
  }

  async stop(): Promise<void> {
    await this.closeServices();
    await this.webapp.end();
    await this.nats.stop();
    await this.postgres.stop();
  }

  private async startServices(): Promise<void> {
    this.ingestService = await createIngest(this.configure('ingest', IngestConfiguration), (error) => {
      throw error;
    });
    this.services.push(this.ingestService);
    await this.ingestService.listen(0, '127.0.0.1');
    this.apiService = await createApi(this.configure('api', ApiConfiguration));
    this.services.push(this.apiService);
    const notifier = await createNotifier(this.configure('notifier', NotifierConfiguration));
    this.services.push(notifier);
    await notifier.listen();
    await Promise.all(Array.from({ length: EXECUTORS }, async () => await this.startExecutor()));
    this.services.push(await startScheduler(this.configure('scheduler', SchedulerConfiguration)));
  }

  private async startExecutor(): Promise<void> {
    const executor = await createExecutor(
      this.configure('executor', ExecutorConfiguration),
      DeployedAgentsModule,
    );
    this.services.push(executor);
    this.executors.push(executor);
    await executor.listen();
  }

  /** What Compose would start the service with, except for where the servers are. */
  private configure<T extends object>(service: string, configuration: new () => T): T {
    const environment = Object.entries(containerEnvironment(service, this.variables)).map(([name, value]) => [
      name,
      value.replace('@postgres:5432', `@${this.postgres.address}`).replace('nats://nats:4222', this.nats.url),
    ]);
    return loadConfiguration(configuration, {
      ...Object.fromEntries(environment),
      ...(service === 'api' && { API_PORT: '0' }),
      ...(service !== 'setup' && { MANAGEMENT_HOST: '127.0.0.1', MANAGEMENT_PORT: '0' }),
    });
  }
}
