import { DatabaseModule } from '#database';
import { JetStreamModule } from '#jetstream';
import { TelemetryModule } from '#telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.js';
import { DeadLetterController } from './consumers/dead-letter.controller.js';
import { EventPace } from './consumers/event-pace.js';
import { EventController } from './consumers/event.controller.js';
import { RequestController } from './consumers/request.controller.js';
import { UnservedRequests } from './consumers/unserved-requests.js';
import { DecisionsModule } from './decisions/decisions.module.js';
import { FiresModule } from './fires/fires.module.js';
import { HealthController } from './health/health.controller.js';
import { IngestHealth } from './health/ingest-health.js';
import { ProducersModule } from './http/producers.module.js';
import { IngestConfiguration } from './ingest-configuration.js';
import { MetricController } from './readings/metric.controller.js';
import { MetricReader } from './readings/metric-reader.js';
import { ReplayModule } from './replay/replay.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { StreamTrimmer } from './trimming/stream-trimmer.js';
import { WriterModule } from './writer/writer.module.js';

@Module({})
export class IngestModule {
  static forRoot(configuration: IngestConfiguration): DynamicModule {
    const { databaseUrl, poolSize, natsUrl, natsUser, natsPassword } = configuration;
    const { logLevel, managementHost, managementPort } = configuration;
    return {
      module: IngestModule,
      imports: [
        TelemetryModule.forRoot({
          service: 'ingest',
          logLevel,
          management: { host: managementHost, port: managementPort },
        }),
        JetStreamModule.forRoot({ servers: natsUrl, name: 'ingest', user: natsUser, password: natsPassword }),
        DatabaseModule.forRoot({ url: databaseUrl, poolSize, applicationName: 'ingest' }),
        WriterModule,
        ProducersModule,
        FiresModule,
        DecisionsModule,
        ReportsModule.forRoot(configuration),
        AuditModule,
        RetentionModule.forRoot(configuration.retentionDays),
        ReplayModule.forRoot(configuration),
      ],
      controllers: [
        EventController,
        RequestController,
        DeadLetterController,
        MetricController,
        HealthController,
      ],
      providers: [
        { provide: IngestConfiguration, useValue: configuration },
        UnservedRequests,
        EventPace,
        MetricReader,
        IngestHealth,
        StreamTrimmer,
      ],
    };
  }
}
