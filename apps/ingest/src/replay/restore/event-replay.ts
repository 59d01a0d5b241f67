import { setTimeout as delay } from 'node:timers/promises';
import {
  eventSubject,
  isFinal,
  PACK_SUBJECTS,
  type ReplayReport,
  RUN_EVENTS,
  type StartReplay,
} from '#contracts';
import { JetStreamConnection, type JetStreamMessage } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { EventAudit } from '../audit/event-audit.js';
import type { Job } from '../jobs/job.js';
import { eventBatch, inParts } from '../streams/event-batch.js';
import { LiveProgress } from '../streams/live-progress.js';
import { Pace } from '../streams/pace.js';
import { type PassRange, StreamPass } from '../streams/stream-pass.js';
import { EventRestore } from './event-restore.js';
import { EventTally } from './event-tally.js';
import { RestoredRuns } from './restored-runs.js';

const MAX_MESSAGES = 500;
/** Of one transaction. */
const MAX_EVENTS = 1_000;
/** Live traffic that waits for more is in a hurry. */
const MAX_BACKLOG = 1_000;
const LOOK_EVERY_MS = 250;

/** What one replay works with. */
export interface EventReplayContext {
  readonly job: Job;
  readonly command: StartReplay;
  readonly report: ReplayReport;
  readonly restored: RestoredRuns;
  /** Called before anything is restored of an agent's run; with the first event only. */
  readonly beforeFirst: (agent: string) => Promise<void>;
}

/** Reads `RUN_EVENTS` again and restores what the tables lack, in batches that each commit. */
@Injectable()
export class EventReplay {
  private lookedAtMs = 0;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly live: LiveProgress,
    private readonly audit: EventAudit,
    private readonly restore: EventRestore,
  ) {}

  /**
   * Ends early when the job is to stop.
   * @throws BrokerUnavailableException, or what Postgres gives while it is away
   */
  async run(context: EventReplayContext, range: Omit<PassRange, 'subject'>): Promise<void> {
    const { request_id: requestId } = context.command;
    if (requestId === undefined) {
      await this.pass(context, range);
      return;
    }
    const isDecided = await this.pass(context, { ...range, subject: eventSubject(requestId) });
    if (!isDecided && !context.job.signal.aborted) {
      context.job.step = 'Looks for the run in packs';
      await this.pass(context, { ...range, subject: PACK_SUBJECTS });
    }
  }

  /** @returns whether it has seen a final event */
  private async pass(context: EventReplayContext, range: PassRange): Promise<boolean> {
    const { job, command } = context;
    const pass = new StreamPass(this.connection, range);
    const pace = new Pace(command.events_per_second);
    const endsAtMs = command.to_time === undefined ? Infinity : Date.parse(command.to_time);
    let isDecided = false;
    try {
      for (;;) {
        await this.makeWay(job, pace);
        const read = job.signal.aborted ? [] : await pass.next(pace.batchSize(MAX_MESSAGES));
        const messages = read.filter(({ storedAtMs }) => storedAtMs <= endsAtMs);
        if (messages.length > 0) {
          const { events, hasFinal } = await this.handle(context, messages);
          pace.took(Math.max(events, messages.length));
          isDecided ||= hasFinal;
        }
        if (read.length === 0 || messages.length < read.length) {
          return isDecided;
        }
      }
    } finally {
      await pass.close();
    }
  }

  private async handle(
    { job, command, report, restored, beforeFirst }: EventReplayContext,
    messages: readonly JetStreamMessage[],
  ): Promise<{ readonly events: number; readonly hasFinal: boolean }> {
    const { events, sources, unreadable } = eventBatch(messages, command.request_id);
    const tally = new EventTally(report, restored);
    tally.unreadable(unreadable);
    for (const part of inParts(events, MAX_EVENTS)) {
      await beforeFirst(part[0]?.agent ?? '');
      const findings = await this.audit.findingsOf(part, (event) => sources.get(event)?.storedAtMs ?? 0);
      if (command.dry_run !== true) {
        const refused = await this.restore.restore(findings, restored);
        tally.unreadable(
          refused.map(({ item, reason }) => ({
            stream: RUN_EVENTS,
            sequence: sources.get(item)?.sequence ?? 0,
            reason: `${item.request_id}: ${reason}`,
          })),
        );
      }
      findings.forEach((finding) => tally.count(finding));
    }
    const last = messages.at(-1)?.sequence ?? 0;
    const first = messages[0]?.sequence ?? 0;
    report.first_sequence ||= first;
    report.messages += messages.length;
    job.nextSequence = last + 1;
    job.done = last - report.first_sequence + 1;
    job.total = Math.max(job.done, report.last_sequence - report.first_sequence + 1);
    return { events: events.length, hasFinal: events.some(isFinal) };
  }

  /** Live traffic goes first, and no more events follow than are wanted. */
  private async makeWay(job: Job, pace: Pace): Promise<void> {
    await pauseFor(pace.waitMs(), job.signal);
    while (!job.signal.aborted && performance.now() - this.lookedAtMs > LOOK_EVERY_MS) {
      // A broker that does not answer is noticed by the next read.
      const backlog = await this.live.backlog().catch(() => 0);
      if (backlog <= MAX_BACKLOG) {
        this.lookedAtMs = performance.now();
        job.waitsFor = undefined;
        return;
      }
      job.waitsFor = `live traffic, ${backlog} messages`;
      await pauseFor(LOOK_EVERY_MS, job.signal);
    }
  }
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) {
    await delay(ms, undefined, { signal }).catch(() => undefined); // the job is to stop
  }
}
