import type { NotificationRule } from '#contracts';
import { RetryableException, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { type DueNotification, dueNotification } from '../deliveries/notification-record.js';
import { NotificationRecords } from '../deliveries/notification-records.js';
import { NotifierMetrics } from '../metrics/notifier-metrics.js';
import { composeNotice } from '../notices/compose-notice.js';
import type { FinishedRun } from '../notices/finished-run.js';
import { AgentRules } from '../rules/agent-rules.js';
import { isOccasion } from '../rules/is-occasion.js';
import { Recipients } from '../rules/recipients.js';
import { AgentStreaks, type Streaks } from '../streaks/agent-streaks.js';
import { isUsual, type Streak, withRun } from '../streaks/streak.js';
import { RunEnd } from './run-end.js';
import type { StoredMessage } from './stored-message.js';

/** What happened longer ago is no news. It is less than the life of a record, so that no record can be made again. */
const NEWS_FOR_MS = 7 * 86_400_000;
const NANOS_PER_MS = 1_000_000n;
const CONTENDED_RETRY_MS = 100;
/** Records that are made at the same time. */
const MAKE_TOGETHER = 128;

/** Decides who is told about runs. Deciding is all that happens here: what is to be sent is a record from then on. */
@Injectable()
export class Announcer {
  constructor(
    private readonly rules: AgentRules,
    private readonly streaks: AgentStreaks,
    private readonly recipients: Recipients,
    private readonly records: NotificationRecords,
    private readonly metrics: NotifierMetrics,
  ) {}

  /**
   * Takes messages in the order of the stream, after all before them. The same ones may come again, at any time. Streaks
   * are stored after the records: what is counted has been recorded.
   * @throws RetryableException when another notifier decides at the same time
   * @throws BrokerUnavailableException when there is nobody to keep record
   */
  async handle(messages: readonly StoredMessage[]): Promise<void> {
    const ends = this.endsIn(messages);
    if (ends.length === 0) {
      return;
    }
    const streaks = await this.streaks.of(new Set(ends.map(({ agent }) => agent)));
    const now = new Date();
    let due: DueNotification[] = [];
    for (const end of ends) {
      due.push(...this.decide(end, streaks, now));
      if (due.length >= MAKE_TOGETHER) {
        await this.make(due);
        due = [];
      }
    }
    await this.make(due);
    await this.store(streaks);
  }

  private endsIn(messages: readonly StoredMessage[]): RunEnd[] {
    let skipped = 0;
    const found = messages.flatMap((message) => {
      const { ends, events } = RunEnd.in(message, (agent) => this.rules.of(agent).length > 0);
      skipped += events - ends.length;
      return ends;
    });
    this.metrics.countEvents('skipped', skipped);
    return found;
  }

  /** Counts a run in its agent's streak. @returns what is to be told of it */
  private decide(end: RunEnd, streaks: Streaks, now: Date): DueNotification[] {
    const { agent, position, hasFailed } = end;
    const streak = withRun(streaks.get(agent), position, hasFailed);
    if (streak === undefined) {
      this.metrics.countEvents('known', 1);
      return [];
    }
    const isNews = now.getTime() - Number(position.storedAtNanos / NANOS_PER_MS) <= NEWS_FOR_MS;
    const occasions = this.rules.of(agent).filter((rule) => isOccasion(rule, streak));
    if (isUsual(streak) && (occasions.length === 0 || !isNews)) {
      this.metrics.countEvents(isNews ? 'read' : 'old', 1);
      return [];
    }
    const event = end.read();
    if (event === undefined) {
      this.metrics.countEvents('skipped', 1);
      return [];
    }
    if (!isUsual(streak)) {
      streaks.set(agent, streak);
    }
    this.metrics.countEvents(isNews ? 'read' : 'old', 1);
    return isNews ? this.dueOf(event, occasions, streak, now) : [];
  }

  private dueOf(
    event: FinishedRun,
    occasions: readonly NotificationRule[],
    streak: Streak,
    now: Date,
  ): DueNotification[] {
    return occasions.flatMap((rule) => {
      const notice = composeNotice(event, rule, streak);
      return this.recipients
        .of(event.agent, rule)
        .map((recipient) => dueNotification(recipient, notice, now));
    });
  }

  private async make(due: readonly DueNotification[]): Promise<void> {
    await Promise.all(
      due.map(async (record) => {
        if (await this.records.create(record)) {
          this.metrics.count(record.channel, 'made');
        }
      }),
    );
  }

  private async store(streaks: Streaks): Promise<void> {
    try {
      await this.streaks.store(streaks);
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        throw new RetryableException(error.message, CONTENDED_RETRY_MS);
      }
      throw error;
    }
  }
}
