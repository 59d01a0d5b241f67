import type { NotificationRule } from '#contracts';
import { type JetStreamMessage, RetryableException, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { dueNotification } from '../deliveries/notification-record.js';
import { NotificationRecords } from '../deliveries/notification-records.js';
import { NotifierMetrics } from '../metrics/notifier-metrics.js';
import { composeNotice } from '../notices/compose-notice.js';
import { type FinishedRun, hasFailed } from '../notices/finished-run.js';
import { AgentRules } from '../rules/agent-rules.js';
import { isOccasion } from '../rules/is-occasion.js';
import { Recipients } from '../rules/recipients.js';
import { AgentStreaks } from '../streaks/agent-streaks.js';
import type { Streak } from '../streaks/streak.js';
import { readFinishedRun } from './read-finished-run.js';

/** What happened longer ago is no news. It is less than the life of a record, so that no record can be made again. */
const NEWS_FOR_MS = 7 * 86_400_000;
const CONTENDED_RETRY_MS = 100;

/** Decides who is told about a run. Deciding is all that happens here: what is to be sent is a record from then on. */
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
   * Takes an event. The same event may come again, at any time.
   * @throws RetryableException when another notifier decides at the same time
   * @throws BrokerUnavailableException when there is nobody to keep record
   */
  async handle(message: JetStreamMessage): Promise<void> {
    const event = readFinishedRun(message.subject, message.data);
    const rules = event === undefined ? [] : this.rules.of(event.agent);
    if (event === undefined || rules.length === 0) {
      this.metrics.countEvent('skipped');
      return;
    }
    const streak = await this.count(event, message);
    if (streak === undefined) {
      this.metrics.countEvent('known');
    } else if (Date.now() - message.storedAtMs > NEWS_FOR_MS) {
      this.metrics.countEvent('old');
    } else {
      await this.announce(event, rules, streak);
      this.metrics.countEvent('read');
    }
  }

  private async count(event: FinishedRun, message: JetStreamMessage): Promise<Streak | undefined> {
    try {
      return await this.streaks.count(event.agent, message, hasFailed(event));
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        throw new RetryableException(error.message, CONTENDED_RETRY_MS);
      }
      throw error;
    }
  }

  private async announce(
    event: FinishedRun,
    rules: readonly NotificationRule[],
    streak: Streak,
  ): Promise<void> {
    const now = new Date();
    for (const rule of rules.filter((rule) => isOccasion(rule, streak))) {
      const notice = composeNotice(event, rule, streak);
      for (const recipient of this.recipients.of(event.agent, rule)) {
        if (await this.records.create(dueNotification(recipient, notice, now))) {
          this.metrics.count(recipient.channel, 'made');
        }
      }
    }
  }
}
