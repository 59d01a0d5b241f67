import {
  bucketStream,
  deadLetterSubject,
  NOTIFICATIONS_BUCKET,
  NOTIFIER_EMAILS,
  NOTIFIER_WEBHOOKS,
} from '#contracts';
import { JetStreamServer, SlotPool } from '#jetstream';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { EmailChannel } from '../emails/email-channel.js';
import { NotifierConfiguration } from '../notifier-configuration.js';
import { retryWhileAway } from '../retry-while-away.js';
import { WebhookChannel } from '../webhooks/webhook-channel.js';
import type { Channel } from './channel.js';
import { Deliverer } from './deliverer.js';

/** Each channel has a consumer of its own, so that a mail server that hangs holds up no webhook. */
@Injectable()
export class DeliveryConsumers implements OnModuleInit {
  constructor(
    private readonly server: JetStreamServer,
    private readonly deliverer: Deliverer,
    private readonly emails: EmailChannel,
    private readonly webhooks: WebhookChannel,
    @Inject(NotifierConfiguration)
    private readonly configuration: Pick<NotifierConfiguration, 'concurrency'>,
  ) {}

  onModuleInit(): void {
    this.bind(NOTIFIER_EMAILS, this.emails);
    this.bind(NOTIFIER_WEBHOOKS, this.webhooks);
  }

  private bind(durable: string, channel: Channel): void {
    const { concurrency } = this.configuration;
    this.server.addConsumer(
      {
        mode: 'each',
        stream: bucketStream(NOTIFICATIONS_BUCKET),
        durable,
        deadLetterSubject: deadLetterSubject('notifications'),
        slots: new SlotPool(concurrency),
        concurrency,
      },
      async (message) => await retryWhileAway(async () => await this.deliverer.handle(message, channel)),
    );
  }
}
