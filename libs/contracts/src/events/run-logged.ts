import { ArrayMaxSize, IsArray, IsInt, IsISO8601, IsString, Min } from 'class-validator';
import { ContractViolation } from '../validation/contract-violation.js';
import { LOG_ENTRY_LEVELS, type LogEntry } from './log-entry.js';
import { EventType, RunEvent } from './run-event.js';

/** Lines that an agent wrote into its run's log. */
export class RunLogged extends RunEvent {
  @EventType('log')
  readonly type = 'log';

  /** Number of the first entry within its attempt, from 0: what makes a redelivered event change nothing. */
  @IsInt()
  @Min(0)
  first_line: number;

  @IsArray()
  @ArrayMaxSize(1_000)
  entries: LogEntry[];

  @IsString()
  executor: string;

  @IsISO8601()
  started_at: string;

  /** Attempts charged before this one. */
  @IsInt()
  @Min(0)
  charged: number;
}

/** @throws ContractViolation unless each entry has a time, a known level and a text. */
export function assertLogEntries(entries: readonly unknown[]): void {
  const bad = entries.findIndex((entry) => !isLogEntry(entry));
  if (bad !== -1) {
    const field = `entries[${bad}]`;
    throw new ContractViolation([{ field, message: `${field} must have at, level and message` }]);
  }
}

function isLogEntry(entry: unknown): boolean {
  const { at, level, message } = (entry ?? {}) as Partial<Record<keyof LogEntry, unknown>>;
  return (
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    LOG_ENTRY_LEVELS.some((known) => known === level) &&
    typeof message === 'string'
  );
}
