import { type DifferenceKind, type ProofReport, RUN_EVENTS } from '#contracts';
import { JetStreamConnection, type JetStreamMessage } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { EventAudit } from '../audit/event-audit.js';
import type { Finding } from '../audit/finding.js';
import type { Job } from '../jobs/job.js';
import { type EventBatch, eventBatch, inParts } from '../streams/event-batch.js';
import { messageBatches } from '../streams/message-batches.js';
import type { DifferenceList } from './difference-list.js';
import { StoredDeadLetters } from './stored-dead-letters.js';

const MAX_MESSAGES = 500;
const MAX_EVENTS = 1_000;

/** Holds each message of `RUN_EVENTS` against the tables: stored, a duplicate, a dead letter, expired, or missing. */
@Injectable()
export class EventProof {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly audit: EventAudit,
    private readonly letters: StoredDeadLetters,
  ) {}

  /**
   * From the first message that is there up to `report.last_sequence`.
   * @throws BrokerUnavailableException, or what Postgres gives while it is away
   */
  async run(job: Job, report: ProofReport, differences: DifferenceList): Promise<void> {
    const range = {
      stream: RUN_EVENTS,
      fromSequence: Math.max(1, report.first_sequence),
      upTo: report.last_sequence,
    };
    for await (const messages of messageBatches(this.connection, range, MAX_MESSAGES, job.signal)) {
      await this.handle(messages, report, differences);
      const last = messages.at(-1)?.sequence ?? 0;
      report.messages += messages.length;
      job.nextSequence = last + 1;
      job.done = last - report.first_sequence + 1;
      job.total = report.last_sequence - report.first_sequence + 1;
    }
  }

  private async handle(
    messages: readonly JetStreamMessage[],
    report: ProofReport,
    differences: DifferenceList,
  ): Promise<void> {
    const batch = eventBatch(messages);
    const findings: Finding[] = [];
    for (const part of inParts(batch.events, MAX_EVENTS)) {
      const found = await this.audit.findingsOf(part, (event) => batch.sources.get(event)?.storedAtMs ?? 0);
      findings.push(...found);
    }
    const dead = await this.deadAmong(messages, batch, findings);
    for (const { sequence, reason } of batch.unreadable) {
      report.published += 1;
      if (dead.has(sequence)) {
        report.dead_letters += 1;
      } else {
        report.missing += 1;
        differences.add('message', `${RUN_EVENTS} ${sequence}`, `it is neither stored nor dead: ${reason}`);
      }
    }
    for (const finding of findings) {
      const sequence = batch.sources.get(finding.event)?.sequence ?? 0;
      this.count(finding, sequence, dead.has(sequence), report, differences);
    }
  }

  private count(
    finding: Finding,
    sequence: number,
    isDead: boolean,
    report: ProofReport,
    differences: DifferenceList,
  ): void {
    const { event, verdict, kind = 'run' } = finding;
    report.published += 1;
    if (verdict === 'missing' && isDead) {
      report.dead_letters += 1;
    } else if (verdict === 'missing') {
      report.missing += 1;
      differences.add(kind, event.request_id, `${DETAILS[kind](finding)} (sequence ${sequence})`);
    } else if (verdict === 'stored') {
      report.stored += 1;
    } else {
      report.duplicates += verdict === 'duplicate' ? 1 : 0;
      report.expired += verdict === 'expired' ? 1 : 0;
    }
  }

  private async deadAmong(
    messages: readonly JetStreamMessage[],
    { sources, unreadable }: EventBatch,
    findings: readonly Finding[],
  ): Promise<ReadonlySet<number>> {
    const suspects = new Set(unreadable.map(({ sequence }) => sequence));
    for (const { event, verdict } of findings) {
      if (verdict === 'missing') {
        suspects.add(sources.get(event)?.sequence ?? 0);
      }
    }
    const places = messages.filter(({ sequence }) => suspects.has(sequence));
    return await this.letters.among(RUN_EVENTS, places);
  }
}

const DETAILS: Record<DifferenceKind, (finding: Finding) => string> = {
  run: ({ event }) => `the run has no row, and an event ${event.type}`,
  status: ({ event }) => `its row has not heard of ${event.type} of attempt ${event.attempt}`,
  metrics: ({ missingRows }) => `${missingRows} of its metrics are missing`,
  attempt: ({ event }) => `its attempt ${event.attempt} has no row`,
  log: ({ event, missingRows }) => `${missingRows} lines of the log of attempt ${event.attempt} are missing`,
  summary: () => 'its summary differs',
  row_without_run: () => 'its run is missing',
  dead_letter: () => 'it has no row',
  message: () => 'it is not stored',
};
