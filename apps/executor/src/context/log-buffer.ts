import type { LogEntry, LogEntryLevel } from '#contracts';
import type { RunLog } from '#agents';

/** What one attempt may log. */
const MAX_LINES = 1_000;
const MAX_CHARACTERS = 256 * 1024;
const MAX_LINE_CHARACTERS = 8_192;
/** Lines that travel in one event. */
const LINES_PER_EVENT = 200;

/** Lines that belong together, numbered from the first of the attempt. */
export interface LogPiece {
  readonly firstLine: number;
  readonly entries: LogEntry[];
}

/** The log of one attempt, up to a bound. What is cut is counted, and the last line says so. */
export class LogBuffer implements RunLog {
  private waiting: LogEntry[] = [];
  private taken = 0;
  private lines = 0;
  private characters = 0;
  private cut = 0;
  private isClosed = false;

  /** @param onLine called when there is something to take */
  constructor(private readonly onLine: () => void) {}

  /** Whether there is nothing to take. */
  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  debug(message: string): void {
    this.add('debug', message);
  }

  info(message: string): void {
    this.add('info', message);
  }

  warn(message: string): void {
    this.add('warn', message);
  }

  error(message: string): void {
    this.add('error', message);
  }

  add(level: LogEntryLevel, message: unknown): void {
    if (this.isClosed) {
      return;
    }
    const text = shortened(String(message));
    if (this.lines >= MAX_LINES || this.characters + text.length > MAX_CHARACTERS) {
      this.cut += 1;
      return;
    }
    this.lines += 1;
    this.characters += text.length;
    this.push(level, text);
    this.onLine();
  }

  /** Nothing is added any more. */
  close(): void {
    if (!this.isClosed && this.cut > 0) {
      this.push(
        'warn',
        `${this.cut} more lines were cut: an attempt may log ${MAX_LINES} lines and ${MAX_CHARACTERS} characters`,
      );
    }
    this.isClosed = true;
  }

  /** What has come since the last time, in pieces that fit into an event. */
  take(): LogPiece[] {
    const pieces: LogPiece[] = [];
    while (this.waiting.length > 0) {
      const entries = this.waiting.splice(0, LINES_PER_EVENT);
      pieces.push({ firstLine: this.taken, entries });
      this.taken += entries.length;
    }
    return pieces;
  }

  private push(level: LogEntryLevel, message: string): void {
    this.waiting.push({ at: new Date().toISOString(), level, message });
  }
}

function shortened(text: string): string {
  return text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}… (cut)` : text;
}
