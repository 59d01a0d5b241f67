import {
  INGEST_EVENTS,
  parseStartReplay,
  ReplayReport,
  RUN_EVENTS,
  START_REPLAY_SUBJECT,
  type StartReplay,
} from '#contracts';
import { BadRequestException, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Job } from '../jobs/job.js';
import { Jobs, type PreparedJob } from '../jobs/jobs.js';
import { RestoreLock } from '../jobs/restore-lock.js';
import { withLock } from '../jobs/with-lock.js';
import { LiveProgress, type StreamProgress } from '../streams/live-progress.js';
import { Replay } from './replay.js';

/** `commands.replays.start`: restores what the tables lack of what the streams hold. */
@Injectable()
export class Replays implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly lock: RestoreLock,
    private readonly live: LiveProgress,
    private readonly replay: Replay,
  ) {}

  onModuleInit(): void {
    this.jobs.serve(START_REPLAY_SUBJECT, async (plain) => await this.prepare(parseStartReplay(plain)));
  }

  /** Only one that writes takes the lock: to look is always allowed. */
  private async prepare(command: StartReplay): Promise<PreparedJob> {
    const progress = await this.live.of(RUN_EVENTS, INGEST_EVENTS);
    const upTo = Math.min(command.to_sequence ?? Infinity, progress.writtenUpTo);
    if ((command.from_sequence ?? 0) > progress.lastSequence + 1) {
      throw new BadRequestException(`RUN_EVENTS ends at sequence ${progress.lastSequence}`);
    }
    const report = reportOf(command, progress, upTo);
    const name = `replay by ${command.by ?? 'somebody'}`;
    const lock = command.dry_run === true ? undefined : await this.lock.take(name);
    const work = async (job: Job): Promise<void> => {
      job.nextSequence = Math.max(1, report.first_sequence);
      await withLock(lock, job, async () => await this.replay.run(job, command, report));
    };
    return { report, work };
  }
}

function reportOf(command: StartReplay, progress: StreamProgress, upTo: number): ReplayReport {
  const isFromTime = command.from_time !== undefined;
  return Object.assign(new ReplayReport(), {
    dry_run: command.dry_run === true,
    // Where a time is is known with the first message.
    first_sequence: isFromTime ? 0 : Math.max(command.from_sequence ?? 0, progress.firstSequence),
    last_sequence: upTo,
    ...(progress.firstSequence > 1 && { history_begins: progress.historyBegins }),
  });
}
