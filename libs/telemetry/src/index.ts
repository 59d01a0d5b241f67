export { HealthRegistry } from './health/health-registry.js';
export type { DependencyHealth, HealthReport } from './health/health-report.js';
export { ManagementServer } from './management/management-server.js';
export { MetricsRegistry } from './metrics/metrics-registry.js';
export { TelemetryModule } from './telemetry.module.js';
export type { ManagementOptions, TelemetryOptions } from './telemetry-options.js';
