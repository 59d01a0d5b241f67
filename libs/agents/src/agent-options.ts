import type { Isolation, MissedFires, NotificationRule, Overlap } from '#contracts';

/** When an agent runs by itself: exactly one of `cron`, `everyMs` and `at` says it. */
export interface ScheduleOptions {
  /** Unique within the agent, `[a-z0-9_]{1,50}`. Defaults to `default`. */
  readonly name?: string;
  /** Cron expression of 5 fields, or 6 with seconds first: `30 4 * * *` is every day at 4:30. */
  readonly cron?: string;
  /** Milliseconds between two fires, whole seconds. */
  readonly everyMs?: number;
  /** Of `everyMs`: the first fire, from which the others are counted. ISO 8601. Defaults to the epoch. */
  readonly from?: string;
  /** The one instant at which it fires. ISO 8601. */
  readonly at?: string;
  /** IANA time zone that the cron expression is meant in, such as `Europe/Madrid`. Defaults to `UTC`. */
  readonly timeZone?: string;
  /** Input of every run that this schedule fires. Defaults to none. */
  readonly input?: Record<string, unknown>;
  /** What becomes of fires that no scheduler was there for. Defaults to `last`: the latest one is made up for. */
  readonly missedFires?: MissedFires;
  /** Milliseconds after its instant for which a missed fire may still be made up for. Defaults to 7 days. */
  readonly missedWindowMs?: number;
  /** Of `missedFires: 'all'`: how many at most, the latest ones. Defaults to 100. */
  readonly missedMax?: number;
  /** What becomes of a fire while the run of the one before goes on. Defaults to `skip`. */
  readonly overlap?: Overlap;
  /** Of `overlap: 'queue'`: how many fires may wait. Defaults to 1. */
  readonly queueMax?: number;
}

/** A rule of who is told what; its defaults are those of `NotificationRule`. */
type NotificationOptions = Pick<NotificationRule, 'name' | 'on'> & Partial<NotificationRule>;

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
  /** Runs at the same time in one executor. Defaults to no bound of its own. */
  readonly concurrencyPerExecutor?: number;
  /** Where its code runs: `inline` for code that waits, `process` for code that computes. Defaults to `inline`. */
  readonly isolation?: Isolation;
  /** For the isolation `command`: the program and its arguments. It speaks the child protocol. */
  readonly command?: readonly string[];
  /** class-validator class of its input. An input that breaks its rules fails the run before the agent sees it. */
  readonly inputClass?: new () => object;
  /** Mebibytes of memory that a child process may hold. Defaults to 512. */
  readonly memoryLimitMb?: number;
  /** How often a run is tried in all. Defaults to 3. */
  readonly attemptLimit?: number;
  /** Milliseconds that an attempt may take before its signal is aborted. Defaults to 3 600 000, an hour. */
  readonly timeLimitMs?: number;
  /** Milliseconds that a child process then has before it is killed. Defaults to 10 000. */
  readonly killGraceMs?: number;
  /** Failed attempts in a row after which executors stop for a while; 0 for never. Defaults to 10. */
  readonly breakerFailures?: number;
  /** Milliseconds that they stop, before one run is tried again. Defaults to 60 000. */
  readonly breakerPauseMs?: number;
  /** Who is told what about its runs. Defaults to nobody. */
  readonly notifications?: readonly NotificationOptions[];
  /** Milliseconds before the second attempt; each further wait is twice as long. Defaults to 5000. */
  readonly retryDelayMs?: number;
}
