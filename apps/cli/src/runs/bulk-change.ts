import type { Query } from '../api/api-client.js';
import type { Platform } from '../api/platform-action.js';
import { confirm } from '../terminal/confirm.js';
import { ShownProgress } from '../terminal/shown-progress.js';
import { table } from '../terminal/table.js';

/** Few enough that the progress moves. */
const RUNS_PER_CALL = 100;
const MOST_COUNTED = 100_000;

export interface ChangedRun {
  readonly run_id: number;
  readonly request_id: string;
  readonly problem: string | null;
}

interface BulkAnswer {
  readonly matched: number;
  readonly runs: readonly ChangedRun[];
  readonly next_cursor: string | null;
}

/** What is done to many runs. */
export interface BulkPlan {
  readonly path: string;
  readonly filter: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Cancel 12 runs?` */
  readonly verb: string;
  /** `12 runs were cancelled` */
  readonly done: string;
  /** How to go on when it ends on the way. */
  readonly resume: string;
}

export interface BulkOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Changes all runs that a filter means, after saying how many they are. */
export class BulkChange {
  constructor(
    private readonly platform: Platform,
    private readonly plan: BulkPlan,
  ) {}

  /** @returns whether all could be changed */
  async execute({ dryRun = false, yes = false, json = false }: BulkOptions): Promise<boolean> {
    const { matched } = await this.send({ dry_run: true });
    if (dryRun || matched === 0) {
      this.tellCount(matched, json);
      return true;
    }
    await confirm(`${this.plan.verb} ${counted(matched)}?`, {
      yes,
      otherwise: '--dry-run only counts them',
    });
    const runs = await this.change(matched);
    const failed = runs.filter(({ problem }) => problem !== null);
    if (json) {
      this.platform.output.json({ matched, runs });
    } else {
      this.platform.output.lines([
        `${counted(runs.length - failed.length)} ${this.plan.done}`,
        ...(failed.length === 0 ? [] : ['', ...problemLines(failed)]),
      ]);
    }
    return failed.length === 0;
  }

  /** No more than were counted: runs that come meanwhile are not meant. */
  private async change(matched: number): Promise<ChangedRun[]> {
    const shown = new ShownProgress(this.platform.terminal);
    const runs: ChangedRun[] = [];
    let cursor: string | null | undefined;
    try {
      while (runs.length < matched && cursor !== null) {
        const limit = Math.min(RUNS_PER_CALL, matched - runs.length);
        const answer: BulkAnswer = await this.send({ limit, ...(cursor !== undefined && { cursor }) });
        runs.push(...answer.runs);
        cursor = answer.next_cursor;
        shown.report((runs.length / matched) * 100, `${runs.length} of ${counted(matched)}`);
      }
    } catch (error) {
      shown.end();
      this.platform.terminal.line(
        'warn',
        `${runs.length} of ${counted(matched)} were dealt with. ${this.plan.resume}`,
      );
      throw error;
    }
    shown.end();
    return runs;
  }

  private tellCount(matched: number, json: boolean): void {
    if (json) {
      this.platform.output.json({ matched, runs: [] });
    } else {
      this.platform.output.lines([
        `${counted(matched)} ${matched === 1 ? 'is' : 'are'} meant; nothing was changed`,
      ]);
    }
  }

  private async send(body: object): Promise<BulkAnswer> {
    const { path, filter, headers } = this.plan;
    return await this.platform.client.post<BulkAnswer>(path, { ...filter, ...body }, headers);
  }
}

function counted(runs: number): string {
  const atLeast = runs >= MOST_COUNTED ? 'at least ' : '';
  return `${atLeast}${runs} ${runs === 1 ? 'run' : 'runs'}`;
}

function problemLines(failed: readonly ChangedRun[]): string[] {
  return table([
    ['RUN', 'REQUEST', 'PROBLEM'],
    ...failed.map(({ run_id, request_id, problem }) => [String(run_id), request_id, problem ?? '']),
  ]);
}
