import type { Terminal } from './terminal.js';

/** As often as an executor tells it, in milliseconds. */
const SHOW_EVERY_MS = 250;

/** Shows the latest progress of an attempt, a few times a second however often it is told; the last one always. */
export class ShownProgress {
  private latest: { readonly percent: number; readonly message: string | undefined } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly terminal: Terminal) {}

  report(percent: number, message: string | undefined): void {
    this.latest = { percent, message };
    this.timer ??= setTimeout(() => this.show(), SHOW_EVERY_MS);
  }

  end(): void {
    this.show();
    this.terminal.endProgress();
  }

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.latest !== undefined) {
      this.terminal.progress(this.latest.percent, this.latest.message);
      this.latest = undefined;
    }
  }
}
