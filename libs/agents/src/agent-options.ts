/** When an agent runs by itself. */
export interface ScheduleOptions {
  /** Unique within the agent, `[a-z0-9_]{1,50}`. Defaults to `default`. */
  readonly name?: string;
  /** Cron expression of 5 fields, or 6 with seconds first: `30 4 * * *` is every day at 4:30. */
  readonly cron: string;
  /** IANA time zone that the cron expression is meant in, such as `Europe/Madrid`. Defaults to `UTC`. */
  readonly timeZone?: string;
  /** Input of every run that this schedule fires. Defaults to none. */
  readonly input?: Record<string, unknown>;
}

/** What an agent says of itself. */
export interface AgentOptions {
  /** Unique on the platform, `[a-z0-9_]{1,100}`. */
  readonly name: string;
  /** What it does, in a sentence for the people who see it run. */
  readonly description: string;
  /** Defaults to none: the agent runs when it is asked to. */
  readonly schedules?: readonly ScheduleOptions[];
  /** Runs at the same time over all executors. Defaults to 10. */
  readonly concurrency?: number;
  /** How often a run is tried in all. Defaults to 3. */
  readonly attemptLimit?: number;
  /** Milliseconds that an attempt may take. Defaults to 3 600 000, an hour. */
  readonly timeLimitMs?: number;
  /** Milliseconds before the second attempt; each further wait is twice as long. Defaults to 5000. */
  readonly retryDelayMs?: number;
}
