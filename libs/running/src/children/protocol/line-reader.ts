import type { Readable } from 'node:stream';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/** A child that says more than this within a window waits for the next one: it must not take the executor's time. */
const WINDOW_BYTES = 1_048_576;
const WINDOW_MS = 50;

export interface LineReaderOptions {
  /** Longest line that is kept whole, in bytes with its newline. */
  readonly maxBytes: number;
  /** @param isWhole false when the line was longer and this is its beginning */
  readonly onLine: (line: string, isWhole: boolean) => void;
}

/** Splits what a child says into lines of bounded length, at a bounded speed. */
export class LineReader {
  private parts: Buffer[] = [];
  private keptBytes = 0;
  private isWhole = true;
  private windowStartedAt = 0;
  private windowBytes = 0;
  private isWaiting = false;

  constructor(
    private readonly stream: Readable,
    private readonly options: LineReaderOptions,
  ) {
    stream.on('data', (chunk: Buffer) => this.take(chunk));
    stream.on('end', () => this.flush());
    stream.on('error', () => this.flush());
  }

  /** Whether more may have come that it has not looked at, because the child talks too fast. */
  get isBehind(): boolean {
    return this.isWaiting;
  }

  /** Takes what has come of an unfinished line for one. */
  flush(): void {
    this.endLine();
  }

  private take(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, start);
      if (newline === -1) {
        break;
      }
      this.keep(chunk.subarray(start, newline));
      this.endLine();
      start = newline + 1;
    }
    this.keep(chunk.subarray(start));
    this.throttle(chunk.length);
  }

  private keep(part: Buffer): void {
    const room = this.options.maxBytes - 1 - this.keptBytes;
    if (part.length > room) {
      this.isWhole = false;
    }
    if (part.length > 0 && room > 0) {
      const kept = part.subarray(0, room);
      this.parts.push(kept);
      this.keptBytes += kept.length;
    }
  }

  private endLine(): void {
    if (this.keptBytes === 0) {
      this.isWhole = true;
      return;
    }
    const bytes = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    const { isWhole } = this;
    this.parts = [];
    this.keptBytes = 0;
    this.isWhole = true;
    this.options.onLine(bytes.toString('utf8', 0, end), isWhole);
  }

  private throttle(bytes: number): void {
    const now = performance.now();
    if (now - this.windowStartedAt > WINDOW_MS) {
      this.windowStartedAt = now;
      this.windowBytes = 0;
    }
    this.windowBytes += bytes;
    if (this.windowBytes > WINDOW_BYTES) {
      this.isWaiting = true;
      this.stream.pause();
      setTimeout(() => this.goOn(), WINDOW_MS).unref();
    }
  }

  private goOn(): void {
    this.isWaiting = false;
    this.stream.resume();
  }
}
