import { mkdir } from 'node:fs/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { INestApplicationContext } from '@nestjs/common';
import type { NotifierConfiguration } from '../../notifier/src/notifier-configuration.js';
import { runSetup } from '../../setup/src/run-setup.js';
import { SetupConfiguration } from '../../setup/src/setup-configuration.js';
import { ConnectionFile } from './connection-file.js';
import { EmbeddedServers } from './embedded-servers.js';
import { RunDisplay } from './run-display.js';
import { Services } from './services.js';
import type { StandaloneConfiguration } from './standalone-configuration.js';
import { startLogs } from './start-logs.js';
import { welcome } from './welcome.js';

/** The whole platform in one process, with its own servers. */
export class Standalone {
  private readonly connectionFile: ConnectionFile;
  private logs: INestApplicationContext | undefined;
  private servers: EmbeddedServers | undefined;
  private services: Services | undefined;
  private nats: NatsConnection | undefined;

  /** @param print takes lines for the terminal; @param isColored whether it shows colours */
  constructor(
    private readonly configuration: StandaloneConfiguration,
    private readonly notifierConfiguration: NotifierConfiguration,
    private readonly print: (line: string) => void,
    private readonly isColored: boolean,
  ) {
    this.connectionFile = new ConnectionFile(configuration.dataDir);
  }

  /**
   * @param onFatal called when a service can't go on
   * @throws Error that says what to do, when something does not start
   */
  async start(onFatal: (error: unknown) => void): Promise<void> {
    this.logs = await startLogs(this.configuration.logLevel);
    await mkdir(this.configuration.dataDir, { recursive: true });
    this.print('Starting Postgres and NATS …');
    this.servers = await EmbeddedServers.start(this.configuration, this.print);
    await runSetup(this.setupConfiguration(this.servers), () => undefined);
    this.services = new Services(this.servers, this.configuration, this.notifierConfiguration);
    this.nats = await connect({ servers: this.servers.natsUrl, maxReconnectAttempts: -1 });
    await new RunDisplay(this.print, this.isColored).follow(this.nats);
    await this.services.start(onFatal);
    const addresses = {
      DATABASE_URL: this.servers.ownerUrl,
      NATS_URL: this.servers.natsUrl,
      INGEST_URL: this.services.ingestUrl,
      API_URL: this.services.apiUrl,
    };
    await this.connectionFile.write(addresses);
    welcome(addresses, this.connectionFile.path).forEach(this.print);
  }

  /** Ends what was started, also after a start that failed half-way. */
  async stop(): Promise<void> {
    await this.services?.stop();
    await this.nats?.close();
    await this.connectionFile.remove();
    await this.servers?.stop();
    await this.logs?.close();
  }

  private setupConfiguration(servers: EmbeddedServers): SetupConfiguration {
    const { ingest, webapp, api } = servers.loginPasswords;
    return Object.assign(new SetupConfiguration(), {
      databaseUrl: servers.ownerUrl,
      natsUrl: servers.natsUrl,
      ingestDbPassword: ingest,
      webappDbPassword: webapp,
      apiDbPassword: api,
    });
  }
}
