/** From talkative to alarming. */
export const LOG_ENTRY_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogEntryLevel = (typeof LOG_ENTRY_LEVELS)[number];

/** A line of a run's log. */
export interface LogEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly level: LogEntryLevel;
  readonly message: string;
}
