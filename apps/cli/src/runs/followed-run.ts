import { setTimeout as delay } from 'node:timers/promises';
import { apiPath } from '../api/api-path.js';
import { EventStream } from '../api/event-stream.js';
import type { Platform } from '../api/platform-action.js';
import type { RunReport } from '../run/run-report.js';
import { reportLines } from '../run/report-lines.js';
import { printable, printableLines } from '../terminal/printable.js';
import { ShownProgress } from '../terminal/shown-progress.js';
import { isFinalEvent } from './is-final-event.js';
import { linesOf } from './log-lines.js';
import { reasonText } from './reason-text.js';
import type { Attempt, LogEvent, ProgressEvent, RunDetail, RunWaiting } from './run-answers.js';
import { reportOf } from './report-of.js';

/** After this long without a word of the run, people are told why it waits. */
const TELL_WAITING_MS = 2_000;
const LOOK_AGAIN_MS = 100;
const INTERRUPTED = 130;
const LEVEL_WIDTH = 5;

/** A run on the platform that people look at: its progress and log, and how it ends. */
export class FollowedRun {
  private readonly shown: ShownProgress;

  constructor(
    private readonly platform: Platform,
    private readonly id: string,
  ) {
    this.shown = new ShownProgress(platform.terminal);
  }

  /** @returns whether it has succeeded */
  async follow({ json }: { readonly json: boolean }): Promise<boolean> {
    const leave = (): void => this.leave();
    process.on('SIGINT', leave);
    const telling = setTimeout(() => void this.tellWaiting(), TELL_WAITING_MS);
    try {
      for await (const { event, data } of new EventStream(
        this.platform.client,
        this.path('/events'),
      ).events()) {
        if (event !== 'run') {
          clearTimeout(telling);
        }
        this.show(event, data);
        if (isFinalEvent(event)) {
          break;
        }
      }
    } finally {
      clearTimeout(telling);
      this.shown.end();
      process.off('SIGINT', leave);
    }
    return this.report(await this.outcome(), json);
  }

  private show(event: string, data: unknown): void {
    const { terminal } = this.platform;
    if (event === 'progress') {
      const { percent, message } = data as ProgressEvent;
      this.shown.report(percent, message === undefined ? undefined : printable(message));
    } else if (event === 'log') {
      for (const { level, message } of linesOf(data as LogEvent)) {
        terminal.line(level, `${level.padEnd(LEVEL_WIDTH)} ${printableLines(message)}`);
      }
    } else if (event === 'attempt_failed') {
      const { attempt, error } = data as Attempt & { readonly error: string | null };
      terminal.line('warn', `Attempt ${attempt} failed: ${printable(error ?? 'it is not known why')}`);
    }
  }

  private async tellWaiting(): Promise<void> {
    // It is said for people, and the stream says whether the API is there.
    const waiting = await this.platform.client.get<RunWaiting>(this.path('/waiting')).catch(() => undefined);
    if (waiting?.is_waiting === true) {
      this.platform.terminal.line('info', `It waits: ${waiting.reasons.map(reasonText).join('; ')}`);
    }
  }

  /** The end that was told may be a moment ahead of what can be read. */
  private async outcome(): Promise<RunReport> {
    for (;;) {
      const run = await this.platform.client.get<RunDetail>(this.path());
      if (run.status !== 'pending' && run.status !== 'running') {
        const { result } = await this.platform.client.get<{ result: unknown }>(this.path('/result'));
        return reportOf(run, run.status, result);
      }
      await delay(LOOK_AGAIN_MS);
    }
  }

  private report(report: RunReport, json: boolean): boolean {
    this.platform.output.lines(json ? [JSON.stringify(report)] : reportLines(report));
    return report.status === 'success';
  }

  private leave(): never {
    this.shown.end();
    this.platform.terminal.line(
      'warn',
      `The run goes on. To end it: npx agent-platform runs cancel ${this.id}; to follow it again: npx agent-platform runs follow ${this.id}`,
    );
    process.exit(INTERRUPTED);
  }

  private path(below = ''): string {
    return `${apiPath`/runs/${this.id}`}${below}`;
  }
}
