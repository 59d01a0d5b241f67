const WIDTH = 30;
/** Where lines can't be overwritten, one every so often is enough. */
const LINE_EVERY_MS = 2_000;

/** Shows on a stream how far a step is: as a bar in a terminal, else as a line now and then. */
export class ProgressBar {
  private shownLabel = '';
  private shownAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(label: string, done: number, total: number): void {
    if (this.stream.isTTY) {
      this.draw(label, done, total);
      return;
    }
    const isDue = label !== this.shownLabel || performance.now() - this.shownAt > LINE_EVERY_MS;
    if (isDue || done >= total) {
      this.stream.write(`${label} ${done}/${total}\n`);
      this.shownLabel = label;
      this.shownAt = performance.now();
    }
  }

  private draw(label: string, done: number, total: number): void {
    const filled = Math.min(WIDTH, Math.round((WIDTH * done) / total));
    const bar = '#'.repeat(filled) + '-'.repeat(WIDTH - filled);
    const end = done >= total ? '\n' : '';
    this.stream.write(`\r\x1b[2K${label.padEnd(24)} [${bar}] ${done}/${total}${end}`);
  }
}
