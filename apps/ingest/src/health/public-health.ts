import type { HealthReport } from '#telemetry';

/** Which dependency is up; not why another is down, which is for the management port. */
export interface PublicHealth {
  readonly status: HealthReport['status'];
  readonly dependencies: Readonly<Record<string, { readonly status: 'up' | 'down' }>>;
}
