import type { Output } from '../terminal/output.js';
import { printableLines } from '../terminal/printable.js';
import type { LogLine } from './run-answers.js';

const LEVEL_WIDTH = 5;

/** The log of a run on standard output: for people with a mark where another attempt begins, or as JSON. */
export class ShownLog {
  private attempt: number | undefined;

  constructor(
    private readonly output: Output,
    private readonly isJson: boolean,
  ) {}

  show(lines: readonly LogLine[]): void {
    this.output.lines(lines.flatMap((line) => (this.isJson ? [JSON.stringify(line)] : this.forPeople(line))));
  }

  private forPeople({ attempt, at, level, message }: LogLine): string[] {
    const isNew = attempt !== (this.attempt ?? 1);
    this.attempt = attempt;
    return [
      ...(isNew ? [`--- attempt ${attempt} ---`] : []),
      `${at} ${level.padEnd(LEVEL_WIDTH)} ${printableLines(message)}`,
    ];
  }
}
