/** A schedule, in short. */
export interface AgentSchedule {
  readonly name: string;
  readonly cron: string | null;
  readonly every_ms: number | null;
  readonly at: string | null;
  readonly time_zone: string;
}

export interface Figures {
  readonly runs: number;
  readonly success: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly duration_ms_mean: number | null;
  readonly duration_ms_max: number | null;
}

/** An agent, as the API lists it. */
export interface Agent {
  readonly name: string;
  readonly description: string;
  readonly group: string;
  readonly isolation: string;
  readonly limits: Readonly<Record<string, number | null>>;
  readonly declared_schedules: readonly AgentSchedule[];
  readonly pause: {
    readonly at: string | null;
    readonly by: string | null;
    readonly reason: string | null;
  } | null;
  readonly breaker: {
    readonly state: 'open' | 'half_open';
    readonly open_until: string;
    readonly failures: number;
    readonly last_error: string;
  } | null;
  readonly statistics: { readonly since_yesterday: Figures; readonly last_7_days: Figures } | null;
}

export interface AgentDetail extends Agent {
  readonly schedules:
    | readonly (AgentSchedule & {
        readonly source: string;
        readonly is_paused: boolean;
        readonly next_fire: string | null;
      })[]
    | null;
  readonly input_schema: Record<string, unknown> | null;
  readonly executors: number | null;
  readonly unavailable: readonly string[];
}
