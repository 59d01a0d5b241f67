import { MetricsRegistry } from '#telemetry';
import { Injectable } from '@nestjs/common';
import type { ChannelName } from '../deliveries/channel.js';

/** `skipped`: not the end of a run that somebody wants to hear of. `known`: read before. `old`: no news any more. */
export type EventOutcome = 'skipped' | 'known' | 'old' | 'read';
/** `made`: a record was made. `busy` and `away`: a try failed and another follows. */
export type NotificationOutcome = 'made' | 'sent' | 'busy' | 'away' | 'dead';

/** What Prometheus is told about notifications. */
@Injectable()
export class NotifierMetrics {
  private readonly events;
  private readonly notifications;
  private readonly seconds;

  constructor(registry: MetricsRegistry) {
    this.events = registry.counter({
      name: 'notifier_events_total',
      help: 'Events that were read, by outcome',
      labelNames: ['outcome'],
    });
    this.notifications = registry.counter({
      name: 'notifier_notifications_total',
      help: 'Notifications, by channel and outcome',
      labelNames: ['channel', 'outcome'],
    });
    this.seconds = registry.histogram({
      name: 'notifier_delivery_seconds',
      help: 'From the decision to tell somebody until it was sent',
      labelNames: ['channel'],
      buckets: [0.1, 0.5, 1, 5, 30, 120, 600, 3_600, 21_600, 86_400],
    });
  }

  countEvents(outcome: EventOutcome, events: number): void {
    this.events.inc({ outcome }, events);
  }

  count(channel: ChannelName, outcome: NotificationOutcome): void {
    this.notifications.inc({ channel, outcome });
  }

  observe(channel: ChannelName, milliseconds: number): void {
    this.seconds.observe({ channel }, milliseconds / 1_000);
  }
}
