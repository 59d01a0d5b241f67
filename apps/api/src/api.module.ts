import { DatabaseModule } from '#database';
import { JetStreamModule } from '#jetstream';
import { TelemetryModule } from '#telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { AgentCommands } from './agents/agent-commands.js';
import { KnownAgents } from './agents/known-agents.js';
import type { ApiConfiguration } from './api-configuration.js';
import { ApiHealth } from './api-health.js';
import { CommandServer } from './commands/command-server.js';
import { DeadLetterCommands } from './dead-letters/dead-letter-commands.js';
import { DeadLetterTable } from './dead-letters/dead-letter-table.js';
import { EventRedrive } from './dead-letters/event-redrive.js';
import { NotificationRedrive } from './dead-letters/notification-redrive.js';
import { Redrive } from './dead-letters/redrive.js';
import { RequestRedrive } from './dead-letters/request-redrive.js';
import { CancelCommand } from './runs/cancel-command.js';
import { PackedEnds } from './runs/packed-ends.js';
import { RunEnding } from './runs/run-ending.js';
import { RunHolders } from './runs/run-holders.js';
import { RunLookup } from './runs/run-lookup.js';
import { RunRows } from './runs/run-rows.js';
import { UnreadRequests } from './runs/unread-requests.js';

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
        DatabaseModule.forRoot({ url: databaseUrl, poolSize, applicationName: 'api' }),
      ],
      providers: [
        CommandServer,
        RunRows,
        UnreadRequests,
        RunLookup,
        RunHolders,
        PackedEnds,
        RunEnding,
        CancelCommand,
        KnownAgents,
        AgentCommands,
        DeadLetterTable,
        RequestRedrive,
        EventRedrive,
        NotificationRedrive,
        Redrive,
        DeadLetterCommands,
        ApiHealth,
      ],
    };
  }
}
