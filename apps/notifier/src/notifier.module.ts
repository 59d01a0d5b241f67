import { JetStreamModule } from '#jetstream';
import { TelemetryModule } from '#telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { Deliverer } from './deliveries/deliverer.js';
import { DeliveryConsumers } from './deliveries/delivery-consumers.js';
import { NotificationRecords } from './deliveries/notification-records.js';
import { EmailChannel } from './emails/email-channel.js';
import { Announcer } from './events/announcer.js';
import { EventConsumer } from './events/event-consumer.js';
import { EventHistory } from './events/event-history.js';
import { EventOrder } from './events/event-order.js';
import { Turn } from './events/turn.js';
import { MailHealth } from './health/mail-health.js';
import { NotifierHealth } from './health/notifier-health.js';
import { NotifierMetrics } from './metrics/notifier-metrics.js';
import { NotifierConfiguration } from './notifier-configuration.js';
import { AgentRules } from './rules/agent-rules.js';
import { Recipients } from './rules/recipients.js';
import { AgentStreaks } from './streaks/agent-streaks.js';
import { WebhookChannel } from './webhooks/webhook-channel.js';

const SERVICE = 'notifier';

/** Tells people and programs what happened to runs. */
@Module({})
export class NotifierModule {
  static forRoot(configuration: NotifierConfiguration): DynamicModule {
    const { natsUrl, natsUser, natsPassword, logLevel, managementHost, managementPort } = configuration;
    return {
      module: NotifierModule,
      imports: [
        TelemetryModule.forRoot({
          service: SERVICE,
          logLevel,
          management: { host: managementHost, port: managementPort },
        }),
        JetStreamModule.forRoot({
          servers: natsUrl,
          name: SERVICE,
          user: natsUser,
          password: natsPassword,
        }),
      ],
      providers: [
        { provide: NotifierConfiguration, useValue: configuration },
        AgentRules,
        Recipients,
        AgentStreaks,
        NotifierMetrics,
        NotificationRecords,
        Announcer,
        EventHistory,
        EventOrder,
        EventConsumer,
        Turn,
        EmailChannel,
        WebhookChannel,
        Deliverer,
        DeliveryConsumers,
        MailHealth,
        NotifierHealth,
      ],
    };
  }
}
