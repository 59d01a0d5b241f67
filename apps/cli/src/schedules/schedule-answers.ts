/** What became of a fire, of `/schedules/{agent}/{schedule}`. */
export interface LastFire {
  readonly scheduled_for: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly run_id: number | null;
  readonly run_status: string | null;
}

/** A schedule, as the API shows it. */
export interface Schedule {
  readonly agent: string;
  readonly name: string;
  readonly source: 'code' | 'stored';
  readonly state: 'active' | 'paused' | 'ended';
  readonly cron: string | null;
  readonly every_ms: number | null;
  readonly from: string | null;
  readonly at: string | null;
  readonly time_zone: string;
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly missed_fires: string;
  readonly missed_window_ms: number;
  readonly missed_max: number;
  readonly overlap: string;
  readonly queue_max: number;
  readonly made_by: string | null;
  readonly pause: {
    readonly at: string | null;
    readonly by: string | null;
    readonly reason: string | null;
  } | null;
  readonly next_fire: string | null;
  readonly last_fire: LastFire | null;
  readonly decided_until: string | null;
  readonly overdue_since: string | null;
}

export interface ScheduleDetail extends Schedule {
  readonly unavailable: readonly string[];
}

/** A row of the ledger. */
export interface Fire extends LastFire {
  readonly agent: string;
  readonly schedule: string;
  readonly fires: number;
  readonly scheduled_until: string | null;
}

export interface Preview {
  readonly time_zone: string;
  readonly fires: readonly {
    readonly at: string;
    readonly local: string;
    readonly mark: string | null;
    readonly also: readonly string[];
    readonly also_count: number;
  }[];
}

export interface Backfill {
  readonly job_id: string | null;
  readonly state: 'planned' | 'running' | 'done' | 'stopped' | 'failed';
  readonly done: number;
  readonly fires: number;
  readonly taken: number;
  readonly empty_count: number;
  readonly empty: readonly string[];
  readonly waits_for: string | null;
  readonly problem: string | null;
}

/** A run that begins at an instant to come. */
export interface LaterRun {
  readonly request_id: string;
  readonly agent: string;
  readonly run_at: string;
  readonly priority: string;
  readonly asked_at: string;
  readonly asked_by: string | null;
}
