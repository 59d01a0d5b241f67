import { styleText } from 'node:util';
import type { LogEntryLevel } from '#contracts';

const BAR_WIDTH = 30;
const FULL = 100;
const STYLES = { debug: 'gray', info: 'reset', warn: 'yellow', error: 'red' } as const;
/** Goes to the beginning of the line and clears it. */
const CLEAR_LINE = '\r\u001B[K';

/** What people read beside the output: lines, and on a terminal one bar below them. */
export class Terminal {
  private bar = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  line(level: LogEntryLevel, text: string): void {
    const styled = styleText(STYLES[level], text, { stream: this.stream });
    this.stream.write(this.stream.isTTY ? `${CLEAR_LINE}${styled}\n${this.bar}` : `${styled}\n`);
  }

  /** @param percent 0 to 100 */
  progress(percent: number, message = ''): void {
    const rounded = Math.round(percent);
    if (!this.stream.isTTY) {
      this.stream.write(`${`${rounded}`.padStart(3)} % ${message}`.trimEnd().concat('\n'));
      return;
    }
    const filled = Math.round((percent / FULL) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    const text = `${bar} ${`${rounded}`.padStart(3)} % ${oneLine(message)}`;
    this.bar = text.slice(0, Math.max(1, this.stream.columns - 1));
    this.stream.write(`${CLEAR_LINE}${this.bar}`);
  }

  /** Takes the bar away. */
  endProgress(): void {
    if (this.bar !== '') {
      this.bar = '';
      this.stream.write(CLEAR_LINE);
    }
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
