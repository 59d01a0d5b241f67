/**
 * Standard output, kept for what was asked for: whatever else this process prints, an inline agent say, goes to
 * standard error.
 */
export class Output {
  private readonly write: (text: string) => boolean;

  constructor(stream: NodeJS.WriteStream, others: NodeJS.WriteStream) {
    this.write = stream.write.bind(stream);
    stream.write = others.write.bind(others);
  }

  lines(lines: readonly string[]): void {
    this.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** One JSON document, on one line. */
  json(value: unknown): void {
    this.lines([JSON.stringify(value)]);
  }
}
