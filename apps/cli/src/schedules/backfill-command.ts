import { setTimeout as delay } from 'node:timers/promises';
import { apiPath } from '../api/api-path.js';
import type { Platform } from '../api/platform-action.js';
import { RefusedError } from '../platform/refused-error.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import { confirm } from '../terminal/confirm.js';
import { ShownProgress } from '../terminal/shown-progress.js';
import type { Backfill } from './schedule-answers.js';

const ASK_EVERY_MS = 500;
const GIVE_UP_MS = 60_000;
const MOST_LISTED = 20;
const SERVERS_AWAY = 500;
const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;
const FULL = 100;

export interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly atOnce?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Has past fires filled in, after saying which, and shows how far that is. */
export class BackfillCommand {
  private isInterrupted = false;

  constructor(
    private readonly platform: Platform,
    private readonly agent: string,
    private readonly schedule: string,
  ) {}

  /** @returns whether all of it was done */
  async execute(options: BackfillOptions): Promise<boolean> {
    const { from, to, atOnce, dryRun = false, yes = false, json = false } = options;
    const range = { from, to, ...(atOnce !== undefined && { at_once: atOnce }) };
    const planned = await this.start({ ...range, dry_run: true });
    if (dryRun || planned.empty_count === 0) {
      this.platform.output.lines(json ? [JSON.stringify(planned)] : planLines(planned));
      return true;
    }
    if (!json) {
      this.platform.output.lines(planLines(planned));
    }
    const question = `Ask for ${planned.empty_count} runs of ${this.agent}?`;
    await confirm(question, { yes, otherwise: '--dry-run changes nothing' });
    const ended = await this.follow(await this.start(range));
    this.platform.output.lines([json ? JSON.stringify(ended) : endLine(ended)]);
    return ended.state === 'done';
  }

  private async start(body: object): Promise<Backfill> {
    return await this.platform.client.post<Backfill>(this.path, body);
  }

  private async follow(started: Backfill): Promise<Backfill> {
    const interrupt = (): void => this.interrupt();
    INTERRUPTS.forEach((signal) => process.on(signal, interrupt));
    const shown = new ShownProgress(this.platform.terminal);
    try {
      let backfill = started;
      while (backfill.state === 'running') {
        shown.report(percentOf(backfill), progressOf(backfill));
        await delay(ASK_EVERY_MS);
        backfill = await this.ask(started.job_id ?? '');
      }
      shown.report(percentOf(backfill), progressOf(backfill));
      return backfill;
    } finally {
      shown.end();
      INTERRUPTS.forEach((signal) => process.off(signal, interrupt));
    }
  }

  /** It goes on by itself while the API is away for a moment. @throws RefusedError, or UnavailableError after a minute */
  private async ask(id: string): Promise<Backfill> {
    for (const beganMs = performance.now(); ; await delay(ASK_EVERY_MS)) {
      try {
        return this.isInterrupted
          ? await this.platform.client.post<Backfill>(`${this.path}${apiPath`/${id}`}/cancel`)
          : await this.platform.client.get<Backfill>(`${this.path}${apiPath`/${id}`}`);
      } catch (error) {
        if (!isPassing(error) || performance.now() - beganMs > GIVE_UP_MS) {
          throw error;
        }
      }
    }
  }

  /** The first Ctrl-C has it stopped, the second one leaves it to itself. */
  private interrupt(): void {
    if (this.isInterrupted) {
      process.exit(1);
    }
    this.isInterrupted = true;
    this.platform.terminal.line('warn', 'Stopping after the runs in hand; once more to leave at once');
  }

  private get path(): string {
    return apiPath`/schedules/${this.agent}/${this.schedule}/backfills`;
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof UnavailableError ||
    (error instanceof RefusedError && error.problem.status >= SERVERS_AWAY)
  );
}

function planLines({ fires, taken, empty_count: count, empty }: Backfill): string[] {
  const listed = empty.slice(0, MOST_LISTED).map((instant) => `  ${instant}`);
  const rest = count > MOST_LISTED ? [`  and ${count - MOST_LISTED} more`] : [];
  return [`${fires} fires in the range, ${taken} with a run, ${count} without one`, ...listed, ...rest];
}

function endLine({ state, done, empty_count: count, problem }: Backfill): string {
  const told = {
    done: 'Filled in',
    stopped: 'Stopped',
    failed: 'Failed',
    running: 'Goes on',
    planned: 'Planned',
  };
  return `${told[state]}: ${done} of ${count} fires${problem === null ? '' : `. ${problem}`}`;
}

function percentOf({ done, empty_count: count }: Backfill): number {
  return count === 0 ? FULL : (done / count) * FULL;
}

function progressOf({ done, empty_count: count, waits_for: waits }: Backfill): string {
  return `${done} of ${count} fires${waits === null ? '' : `, waits for ${waits}`}`;
}
