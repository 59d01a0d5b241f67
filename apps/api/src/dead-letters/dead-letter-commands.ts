import {
  COMMAND_SUBJECTS,
  type DeadLetterFilter,
  ListDeadLetters,
  MAX_REDRIVEN,
  parseRedriveDeadLetters,
  type RedriveDeadLetters,
  type RedriveDeadLettersAnswer,
  validateContract,
} from '#contracts';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CommandServer } from '../commands/command-server.js';
import { DeadLetterTable } from './dead-letter-table.js';
import { Redrive } from './redrive.js';

/** Letters that are in memory at the same time; each may have a megabyte. */
const PAGE = 50;

/** `commands.dead_letters.*` */
@Injectable()
export class DeadLetterCommands implements OnModuleInit {
  private readonly logger = new Logger(DeadLetterCommands.name);

  constructor(
    private readonly commands: CommandServer,
    private readonly table: DeadLetterTable,
    private readonly redrive: Redrive,
  ) {}

  onModuleInit(): void {
    this.commands.serve(
      COMMAND_SUBJECTS.listDeadLetters,
      (plain) => validateContract(ListDeadLetters, plain),
      async (command) => await this.table.list(command),
    );
    this.commands.serve(
      COMMAND_SUBJECTS.redriveDeadLetters,
      parseRedriveDeadLetters,
      async (command) => await this.redriveThem(command),
    );
  }

  /**
   * Goes on after a failure where it is repeated: what was sent is not sent again.
   * @throws BrokerUnavailableException, StreamFullException, or what Postgres throws
   */
  async redriveThem(command: RedriveDeadLetters): Promise<RedriveDeadLettersAnswer> {
    const { ids, filter = {}, cursor, dry_run } = command;
    if (dry_run === true) {
      const matched = await this.table.count(ids ?? filter);
      return { matched, redriven: [], skipped: [], next_cursor: null };
    }
    const answer =
      ids === undefined
        ? await this.redriveMatching(filter, Number(cursor ?? 0))
        : await this.redriveNamed([...new Set(ids)]);
    const { redriven, skipped } = answer;
    this.logger.log({ redriven: redriven.length, skipped: skipped.length }, 'Dead letters were re-driven');
    return answer;
  }

  private async redriveNamed(ids: readonly number[]): Promise<RedriveDeadLettersAnswer> {
    const answer = emptyAnswer();
    for (let begin = 0; begin < ids.length; begin += PAGE) {
      const wanted = ids.slice(begin, begin + PAGE);
      const letters = await this.table.byIds(wanted);
      const found = new Set(letters.map(({ id }) => id));
      add(answer, letters.length, await this.redrive.send(letters));
      const missing = wanted.filter((id) => !found.has(id));
      answer.skipped.push(...missing.map((id) => ({ id, reason: 'There is no such dead letter' })));
    }
    return answer;
  }

  /** What dies again meanwhile is a newer letter, and not sent a second time. */
  private async redriveMatching(
    filter: DeadLetterFilter,
    afterId: number,
  ): Promise<RedriveDeadLettersAnswer> {
    const answer = emptyAnswer();
    const lastId = await this.table.newestId();
    let doneId = afterId;
    while (answer.matched < MAX_REDRIVEN) {
      const letters = await this.table.page(filter, { afterId: doneId, lastId, limit: PAGE });
      add(answer, letters.length, await this.redrive.send(letters));
      doneId = letters.at(-1)?.id ?? doneId;
      if (letters.length < PAGE) {
        return answer;
      }
    }
    return { ...answer, next_cursor: String(doneId) };
  }
}

type Mutable = ReturnType<typeof emptyAnswer>;

function emptyAnswer(): {
  matched: number;
  redriven: RedriveDeadLettersAnswer['redriven'][number][];
  skipped: RedriveDeadLettersAnswer['skipped'][number][];
  next_cursor: string | null;
} {
  return { matched: 0, redriven: [], skipped: [], next_cursor: null };
}

function add(
  answer: Mutable,
  matched: number,
  { redriven, skipped }: Pick<RedriveDeadLettersAnswer, 'redriven' | 'skipped'>,
): void {
  answer.matched += matched;
  answer.redriven.push(...redriven);
  answer.skipped.push(...skipped);
}
