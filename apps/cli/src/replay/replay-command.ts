import {
  ContractViolation,
  parseReplayReport,
  parseStartReplay,
  START_REPLAY_SUBJECT,
  type StartReplay,
} from '#contracts';
import { askedBy } from '../platform/asked-by.js';
import type { PlatformClient } from '../platform/platform-client.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import { WatchedJob } from '../platform/watched-job.js';
import { confirm } from '../terminal/confirm.js';
import type { Output } from '../terminal/output.js';
import type { Terminal } from '../terminal/terminal.js';
import { UsageError } from '../usage-error.js';
import { replayLines, resumeLine } from './replay-lines.js';
import type { ReplayOptions } from './replay-options.js';

/** `replay` */
export class ReplayCommand {
  constructor(
    private readonly client: PlatformClient,
    private readonly terminal: Terminal,
    private readonly output: Output,
  ) {}

  /**
   * @returns whether the replay came to its end
   * @throws UsageError when the options make no sense, or nobody has agreed
   * @throws RefusedError when ingest does not begin; UnavailableError when it is not there, or is gone
   */
  async execute(options: ReplayOptions): Promise<boolean> {
    const command = commandOf(options);
    await confirm('Restore in the tables what they lack of these events?', {
      yes: options.yes === true || options.dryRun === true,
      otherwise: '--dry-run changes nothing',
    });
    const job = new WatchedJob(this.client, this.terminal);
    const { status, isLost } = await job.run(START_REPLAY_SUBJECT, command);
    if (status !== undefined) {
      const { next_sequence, problem, state } = status;
      const outcome = {
        state: isLost ? 'lost' : state,
        next_sequence,
        ...(problem !== undefined && { problem }),
      };
      this.tell(status.report, options.json === true ? outcome : undefined);
    }
    if (isLost) {
      throw new UnavailableError(`Ingest does not answer any more. ${resumeLine(options, status)}`);
    }
    if (status?.state !== 'done') {
      this.terminal.line(
        'error',
        `The replay has ${status?.state}: ${status?.problem}. ${resumeLine(options, status)}`,
      );
      return false;
    }
    return true;
  }

  private tell(plain: object, asJson: object | undefined): void {
    const report = parseReplayReport(plain);
    this.output.lines(
      asJson === undefined ? replayLines(report) : [JSON.stringify(Object.assign(asJson, report))],
    );
  }
}

function commandOf(options: ReplayOptions): StartReplay {
  const { fromSequence, fromTime, toSequence, toTime, run, rate, dryRun } = options;
  const command = {
    by: askedBy(),
    ...(fromSequence !== undefined && { from_sequence: fromSequence }),
    ...(fromTime !== undefined && { from_time: fromTime }),
    ...(toSequence !== undefined && { to_sequence: toSequence }),
    ...(toTime !== undefined && { to_time: toTime }),
    ...(run !== undefined && { request_id: run }),
    ...(rate !== undefined && { events_per_second: rate }),
    ...(dryRun === true && { dry_run: true }),
  };
  try {
    return parseStartReplay(command);
  } catch (error) {
    if (error instanceof ContractViolation) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}
