import { type ReplayReport, RUN_EVENTS, type StartReplay } from '#contracts';
import { Injectable } from '@nestjs/common';
import { SummaryAudit } from '../audit/summary-audit.js';
import type { Job } from '../jobs/job.js';
import { DeadLetterReplay } from './dead-letter-replay.js';
import { EventReplay } from './event-replay.js';
import { RestoredRuns } from './restored-runs.js';
import { WaitingRequests } from './waiting-requests.js';

const READS_EVENTS = 'Reads RUN_EVENTS';

/** One replay from its beginning to its end: summaries, events, requests that wait, dead letters. */
@Injectable()
export class Replay {
  constructor(
    private readonly summaries: SummaryAudit,
    private readonly events: EventReplay,
    private readonly requests: WaitingRequests,
    private readonly deadLetters: DeadLetterReplay,
  ) {}

  /**
   * Ends early when the job is to stop.
   * @throws BrokerUnavailableException, or what Postgres gives while it is away
   */
  async run(job: Job, command: StartReplay, report: ReplayReport): Promise<void> {
    const restored = new RestoredRuns();
    await this.replayEvents(job, command, report, restored);
    if (isOfEverything(command) && !job.signal.aborted) {
      job.step = 'Reads RUN_REQUESTS';
      report.runs_added += await this.requests.restore(report.dry_run, restored, job.signal);
      job.step = 'Reads DEAD_LETTERS';
      report.dead_letters_added = await this.deadLetters.run(report.dry_run, job.signal);
    }
  }

  private async replayEvents(
    job: Job,
    command: StartReplay,
    report: ReplayReport,
    restored: RestoredRuns,
  ): Promise<void> {
    const isOfOneRun = command.request_id !== undefined;
    let isFirst = true;
    const beforeFirst = async (agent?: string): Promise<void> => {
      if (isFirst) {
        isFirst = false;
        await this.settleSummaries(job, report, agent);
      }
    };
    if (!isOfOneRun) {
      await beforeFirst();
    }
    job.step = READS_EVENTS;
    await this.events.run(
      { job, command, report, restored, beforeFirst },
      {
        stream: RUN_EVENTS,
        fromSequence: Math.max(1, command.from_sequence ?? 0),
        fromTime: command.from_time === undefined ? undefined : new Date(command.from_time),
        upTo: report.last_sequence,
      },
    );
  }

  /** What is restored adds to the summaries, so they have to agree with the rows before. */
  private async settleSummaries(job: Job, report: ReplayReport, agent?: string): Promise<void> {
    job.step = 'Compares daily summaries with rows';
    const differences = await this.summaries.differences(agent);
    if (!report.dry_run && !job.signal.aborted) {
      await this.summaries.recount(differences);
    }
    report.summaries_recounted = differences.length;
    job.step = READS_EVENTS;
  }
}

/** A part of the events says nothing about requests and dead letters; the rest of them, where one went on, does. */
function isOfEverything({ request_id, to_sequence, to_time }: StartReplay): boolean {
  return request_id === undefined && to_sequence === undefined && to_time === undefined;
}
