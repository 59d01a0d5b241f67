/** State of one thing that a service needs. */
export type DependencyHealth =
  | { readonly status: 'up' }
  | { readonly status: 'down'; readonly message: string };

/** State of a service: `ok` when everything it needs is up. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded';
  readonly dependencies: Readonly<Record<string, DependencyHealth>>;
}
