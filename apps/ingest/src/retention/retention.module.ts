import { type DynamicModule, Module } from '@nestjs/common';
import { WriterModule } from '../writer/writer.module.js';
import { Retention, RETENTION_DAYS } from './retention.js';
import type { RetentionDays } from './retention-days.js';
import { RetentionMetrics } from './retention-metrics.js';

/** Partitions ahead, and what is too old. Needs `DatabaseModule.forRoot` and `TelemetryModule.forRoot`. */
@Module({})
export class RetentionModule {
  static forRoot(days: RetentionDays): DynamicModule {
    return {
      module: RetentionModule,
      imports: [WriterModule],
      providers: [{ provide: RETENTION_DAYS, useValue: days }, RetentionMetrics, Retention],
      exports: [Retention],
    };
  }
}
