import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** Keeps what is logged, for specs to look at. */
export class RecordingLogger implements LoggerService {
  readonly warnings: string[] = [];
  readonly lines: string[] = [];

  log(...parts: unknown[]): void {
    this.lines.push(inspect(parts));
  }

  warn(...parts: unknown[]): void {
    this.warnings.push(inspect(parts));
  }

  error(...parts: unknown[]): void {
    this.lines.push(inspect(parts));
  }
}
