import type { Query } from '../api/api-client.js';
import type { Platform } from '../api/platform-action.js';
import { confirm } from '../terminal/confirm.js';
import { ShownProgress } from '../terminal/shown-progress.js';
import { table } from '../terminal/table.js';
import type { DeadLetter, RedriveOutcome } from './dead-letter-answers.js';

/** Few enough that the progress moves. */
const LETTERS_PER_CALL = 100;

export interface RedriveOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Sends dead letters again, after saying how many they are. */
export class Redrive {
  /** @param ids of the letters; when there are none, `filter` means them */
  constructor(
    private readonly platform: Platform,
    private readonly ids: readonly number[],
    private readonly filter: Query,
  ) {}

  /** @returns whether all could be sent */
  async execute({ dryRun = false, yes = false, json = false }: RedriveOptions): Promise<boolean> {
    const { output } = this.platform;
    const meant = this.ids.length > 0 ? { ids: this.ids } : { filter: this.filter };
    const { matched } = await this.send({ ...meant, dry_run: true });
    if (dryRun || (matched === 0 && this.ids.length === 0)) {
      const outcome = { matched, redriven: [], skipped: [] };
      output.lines([json ? JSON.stringify(outcome) : `${counted(matched)} meant; nothing was sent`]);
      return true;
    }
    await confirm(`Send ${counted(matched)} again?`, { yes, otherwise: '--dry-run only counts them' });
    const outcome = await this.sendAll(this.ids.length > 0 ? this.ids : await this.meantIds());
    output.lines(json ? [JSON.stringify(outcome)] : outcomeLines(outcome));
    return outcome.skipped.length === 0;
  }

  /** Named one by one, because what is sent again may come back as another letter that the filter means as well. */
  private async meantIds(): Promise<number[]> {
    const letters = await this.platform.client.list<DeadLetter>('/dead-letters', this.filter, Infinity);
    return letters.map(({ id }) => id).toReversed();
  }

  private async sendAll(ids: readonly number[]): Promise<RedriveOutcome> {
    const shown = new ShownProgress(this.platform.terminal);
    const redriven: RedriveOutcome['redriven'][number][] = [];
    const skipped: RedriveOutcome['skipped'][number][] = [];
    try {
      for (let begin = 0; begin < ids.length; begin += LETTERS_PER_CALL) {
        const outcome = await this.send({ ids: ids.slice(begin, begin + LETTERS_PER_CALL) });
        redriven.push(...outcome.redriven);
        skipped.push(...outcome.skipped);
        const done = Math.min(begin + LETTERS_PER_CALL, ids.length);
        shown.report((done / ids.length) * 100, `${done} of ${counted(ids.length)}`);
      }
    } catch (error) {
      shown.end();
      this.platform.terminal.line(
        'warn',
        `${redriven.length} were sent. Repeat the command to go on: none is sent twice`,
      );
      throw error;
    }
    shown.end();
    return { matched: ids.length, redriven, skipped };
  }

  private async send(body: object): Promise<RedriveOutcome> {
    return await this.platform.client.post<RedriveOutcome>('/dead-letters/redrive', body);
  }
}

function outcomeLines({ redriven, skipped }: RedriveOutcome): string[] {
  const before = redriven.filter(({ is_new: isNew }) => !isNew).length;
  return [
    `${counted(redriven.length - before)} sent again`,
    ...(before > 0 ? [`${counted(before)} had been sent before`] : []),
    ...(skipped.length === 0
      ? []
      : [
          '',
          ...table([['LETTER', 'CAN NOT BE SENT'], ...skipped.map(({ id, reason }) => [String(id), reason])]),
        ]),
  ];
}

function counted(letters: number): string {
  return `${letters} ${letters === 1 ? 'letter' : 'letters'}`;
}
