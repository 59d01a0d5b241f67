import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { HealthRegistry } from './health/health-registry.js';
import { loggerParams } from './logging/logger-params.js';
import { ManagementServer } from './management/management-server.js';
import { MetricsRegistry } from './metrics/metrics-registry.js';
import { TELEMETRY_OPTIONS, type TelemetryOptions } from './telemetry-options.js';

/**
 * Logs, health and metrics of one service. Global: any provider may inject `HealthRegistry` and `MetricsRegistry`.
 * The app hands its log lines over with `app.useLogger(app.get(Logger))`, `Logger` being the one of nestjs-pino.
 */
@Module({})
export class TelemetryModule {
  static forRoot(options: TelemetryOptions): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      imports: [LoggerModule.forRoot(loggerParams(options))],
      providers: [
        { provide: TELEMETRY_OPTIONS, useValue: options },
        HealthRegistry,
        MetricsRegistry,
        ...(options.management === undefined ? [] : [ManagementServer]),
      ],
      exports: [HealthRegistry, MetricsRegistry],
    };
  }
}
