import type { LogLevel } from '#configuration';

export interface TelemetryOptions {
  /**
   * Name of the service, in every log line and metric. Log set-up is one per process: where several services
   * share one, the first that starts gives its name and level to all log lines.
   */
  readonly service: string;
  readonly logLevel: LogLevel;
  /** Log lines for people instead of JSON. Defaults to false. */
  readonly pretty?: boolean;
  /** Where health and metrics are served; nowhere when absent, for a process that does one thing and exits. */
  readonly management?: ManagementOptions;
}

export interface ManagementOptions {
  /** Defaults to 127.0.0.1. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** Injection token of `TelemetryOptions`. */
export const TELEMETRY_OPTIONS = Symbol('TelemetryOptions');
