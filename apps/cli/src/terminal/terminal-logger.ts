import type { LoggerService } from '@nestjs/common';
import type { Terminal } from './terminal.js';

/** Warnings and errors of Nest's `Logger`, for people. */
export class TerminalLogger implements LoggerService {
  constructor(private readonly terminal: Terminal) {}

  log(): void {
    // What goes well is not told.
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.terminal.line('warn', textOf(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.terminal.line('error', textOf(message, rest));
  }
}

/** A logger is called with fields, a text, and the name of the class; or with a text alone. */
function textOf(message: unknown, [text, ...rest]: unknown[]): string {
  if (typeof message !== 'object' || message === null) {
    return rest.length > 0 ? `${String(message)} ${String(text)}` : String(message);
  }
  const fields = Object.entries(message).map(([name, value]) => `${name}=${shown(value)}`);
  return [typeof text === 'string' ? text : '', ...fields].filter((part) => part !== '').join(' ');
}

function shown(value: unknown): string {
  if (value instanceof Error) {
    return value.message;
  }
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
