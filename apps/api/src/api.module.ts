import { DatabaseModule } from '#database';
import { JetStreamModule } from '#jetstream';
import { TelemetryModule } from '#telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AgentsModule } from './agents/agents.module.js';
import type { ApiConfiguration } from './api-configuration.js';
import { AuditModule } from './audit/audit.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { ConfigurationModule } from './configuration.module.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { ExecutorsModule } from './executors/executors.module.js';
import { ApiHealth } from './health/api-health.js';
import { FiresModule } from './fires/fires.module.js';
import { HealthController } from './health/health.controller.js';
import { ServiceHealth } from './health/service-health.js';
import { HttpModule } from './http/http.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { BulkModule } from './runs/bulk.module.js';
import { RunsModule } from './runs/runs.module.js';
import { WaitingModule } from './runs/waiting.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { SummariesModule } from './summaries/summaries.module.js';

/** A person waits. Less than the limit of `fromPostgres`, so that a slow query is told from a server that is away. */
const STATEMENT_TIMEOUT_MS = 3_500;
const CONNECT_TIMEOUT_MS = 3_000;

/** What holds for all first, then what the api can be asked. */
const FEATURES = [
  HttpModule,
  AccessModule,
  AuditModule,
  CommandsModule,
  AccountsModule,
  AgentsModule,
  DeadLettersModule,
  RunsModule,
  SchedulesModule,
  FiresModule,
  CatalogueModule,
  ExecutorsModule,
  QueuesModule,
  MetricsModule,
  SummariesModule,
  JobsModule,
  WaitingModule,
  BulkModule,
];

@Module({})
export class ApiModule {
  static forRoot(configuration: ApiConfiguration): DynamicModule {
    const { databaseUrl, poolSize, natsUrl, natsUser, natsPassword } = configuration;
    const { logLevel, managementHost, managementPort } = configuration;
    return {
      module: ApiModule,
      imports: [
        TelemetryModule.forRoot({
          service: 'api',
          logLevel,
          management: { host: managementHost, port: managementPort },
        }),
        JetStreamModule.forRoot({ servers: natsUrl, name: 'api', user: natsUser, password: natsPassword }),
        DatabaseModule.forRoot({
          url: databaseUrl,
          poolSize,
          applicationName: 'api',
          statementTimeoutMs: STATEMENT_TIMEOUT_MS,
          connectTimeoutMs: CONNECT_TIMEOUT_MS,
        }),
        ConfigurationModule.forRoot(configuration),
        ...FEATURES,
      ],
      controllers: [HealthController],
      providers: [ApiHealth, ServiceHealth],
    };
  }
}
