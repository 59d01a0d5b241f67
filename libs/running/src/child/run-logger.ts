import type { LogEntryLevel } from '#contracts';
import type { LoggerService } from '@nestjs/common';

/** Takes what agents write with Nest's `Logger` into the log of their run. */
export class RunLogger implements LoggerService {
  /** @param write takes a line; without a run there may be nobody to take it */
  constructor(private readonly write: (level: LogEntryLevel, message: string) => void) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', textOf(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', textOf(message, rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', textOf(message, rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', textOf(message, rest));
  }
}

function textOf(message: unknown, rest: readonly unknown[]): string {
  return [message, ...rest].map((part) => (typeof part === 'string' ? part : jsonOf(part))).join(' ');
}

function jsonOf(value: unknown): string {
  try {
    return value instanceof Error ? (value.stack ?? value.message) : (JSON.stringify(value) ?? 'undefined');
  } catch {
    return String(value);
  }
}
