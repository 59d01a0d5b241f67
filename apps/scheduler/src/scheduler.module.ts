import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { JetStreamModule } from '#jetstream';
import { TelemetryModule } from '#telemetry';
import { FiringModule } from './firing/firing.module.js';
import { HealthModule } from './health/health.module.js';
import { ReadingModule } from './reading/reading.module.js';
import type { SchedulerConfiguration } from './scheduler-configuration.js';

const SERVICE = 'scheduler';

/** Decides when: notes what becomes of each fire of a schedule in the ledger, and turns it into a request. */
@Module({})
export class SchedulerModule {
  static forRoot(configuration: SchedulerConfiguration): DynamicModule {
    const { natsUrl, natsUser, natsPassword, managementHost, managementPort, logLevel } = configuration;
    return {
      module: SchedulerModule,
      imports: [
        TelemetryModule.forRoot({
          service: SERVICE,
          logLevel,
          management: { host: managementHost, port: managementPort },
        }),
        JetStreamModule.forRoot({
          servers: natsUrl,
          name: SERVICE,
          user: natsUser,
          password: natsPassword,
        }),
        ScheduleModule.forRoot(),
        ReadingModule,
        FiringModule,
        HealthModule,
      ],
    };
  }
}
