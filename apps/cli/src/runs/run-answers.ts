/** A run, as the API shows it. */
export interface Run {
  readonly run_id: number | null;
  readonly request_id: string;
  readonly agent: string;
  readonly status: RunStatus;
  readonly trigger: string;
  readonly schedule: string | null;
  /** When it is due: of a schedule's fire, or of a run that was asked for to begin later. */
  readonly scheduled_for: string | null;
  readonly requested_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly attempt: number;
  readonly error_message: string | null;
  readonly failure_reason: string | null;
  readonly progress: number | null;
  readonly progress_message: string | null;
  readonly executor: string | null;
}

type RunStatus = 'pending' | 'running' | 'success' | 'failed' | 'cancelled';

export interface Attempt {
  readonly attempt: number;
  readonly reason: string;
  readonly error_message: string | null;
  readonly executor: string | null;
  readonly started_at: string | null;
  readonly finished_at: string;
}

export interface RunDetail extends Run {
  readonly input: Record<string, unknown> | null;
  readonly attempts: readonly Attempt[];
  readonly metrics: Readonly<Record<string, number | string | boolean>>;
  readonly time_line: readonly {
    readonly at: string;
    readonly event: string;
    readonly attempt: number | null;
    readonly detail: string | null;
  }[];
  readonly unavailable: readonly string[];
}

/** Why a run does not run yet. */
export interface RunWaiting {
  readonly is_waiting: boolean;
  readonly reasons: readonly { readonly detail: string; readonly until: string | null }[];
  readonly unknown: readonly string[];
}

export interface RunResult {
  readonly status: RunStatus;
  readonly result: unknown;
}

export interface LogLine {
  readonly attempt: number;
  readonly line: number;
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

/** What an event stream says of a run. */
export interface LogEvent {
  readonly attempt: number;
  readonly first_line: number;
  readonly entries: readonly Pick<LogLine, 'at' | 'level' | 'message'>[];
}

export interface ProgressEvent {
  readonly percent: number;
  readonly message?: string;
}

export interface RunRequested {
  readonly request_id: string;
  readonly run_id: number | null;
  readonly agent: string;
}
