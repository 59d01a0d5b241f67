import { CatalogueModule } from '#agents';
import type { INestApplicationContext } from '@nestjs/common';
import { ApiConfiguration } from '../../api/src/api-configuration.js';
import { createApi } from '../../api/src/create-api.js';
import { createExecutor } from '../../executor/src/create-executor.js';
import { ExecutorConfiguration } from '../../executor/src/executor-configuration.js';
import { createIngest } from '../../ingest/src/create-ingest.js';
import { IngestConfiguration } from '../../ingest/src/ingest-configuration.js';
import { createNotifier } from '../../notifier/src/create-notifier.js';
import type { NotifierConfiguration } from '../../notifier/src/notifier-configuration.js';
import { SchedulerConfiguration } from '../../scheduler/src/scheduler-configuration.js';
import { startScheduler } from '../../scheduler/src/start-scheduler.js';
import type { EmbeddedServers } from './embedded-servers.js';
import { freePort } from './servers/free-port.js';
import type { StandaloneConfiguration } from './standalone-configuration.js';

const INGEST_PORT = 8000;
const API_PORT = 8080;

/** All services of the platform, in this process. */
export class Services {
  private readonly apps: INestApplicationContext[] = [];
  private ingestPort = 0;
  private apiPort = 0;

  constructor(
    private readonly servers: EmbeddedServers,
    private readonly configuration: StandaloneConfiguration,
    private readonly notifierConfiguration: NotifierConfiguration,
  ) {}

  get ingestUrl(): string {
    return `http://127.0.0.1:${this.ingestPort}`;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.apiPort}`;
  }

  /**
   * Ingest first and the scheduler last: whoever begins to send finds somebody who listens.
   * @param onFatal called when a service can't go on
   */
  async start(onFatal: (error: unknown) => void): Promise<void> {
    await this.startIngest(onFatal);
    const executor = await createExecutor(await this.executorConfiguration(), CatalogueModule);
    this.apps.unshift(executor);
    await executor.listen();
    await this.startApi();
    await this.startNotifier();
    const scheduler = Object.assign(new SchedulerConfiguration(), await this.common(9101));
    this.apps.unshift(await startScheduler(scheduler));
  }

  /** In the order of the work: nothing new is asked for, runs end, their events are written. */
  async stop(): Promise<void> {
    for (const app of this.apps.splice(0)) {
      await app.close();
    }
  }

  private async startIngest(onFatal: (error: unknown) => void): Promise<void> {
    this.ingestPort = await freePort(INGEST_PORT);
    const configuration = Object.assign(new IngestConfiguration(), await this.common(9103), {
      databaseUrl: this.servers.ingestUrl,
      port: this.ingestPort,
    });
    const ingest = await createIngest(configuration, onFatal);
    this.apps.unshift(ingest);
    await ingest.listen(configuration.port, configuration.host);
  }

  private async startApi(): Promise<void> {
    this.apiPort = await freePort(API_PORT);
    const configuration = Object.assign(new ApiConfiguration(), await this.common(9104), {
      databaseUrl: this.servers.apiUrl,
      port: this.apiPort,
    });
    this.apps.unshift(await createApi(configuration));
  }

  /** Also when there is no mail server: nobody else reads its events, and history that it has not read is kept. */
  private async startNotifier(): Promise<void> {
    const notifier = await createNotifier(Object.assign(this.notifierConfiguration, await this.common(9105)));
    this.apps.unshift(notifier);
    await notifier.listen();
  }

  private async executorConfiguration(): Promise<ExecutorConfiguration> {
    const { drainMs } = this.configuration;
    return Object.assign(new ExecutorConfiguration(), await this.common(9102), { drainMs });
  }

  private async common(
    managementPort: number,
  ): Promise<Pick<ExecutorConfiguration, 'natsUrl' | 'logLevel' | 'managementPort'>> {
    const { logLevel } = this.configuration;
    return { natsUrl: this.servers.natsUrl, logLevel, managementPort: await freePort(managementPort) };
  }
}
