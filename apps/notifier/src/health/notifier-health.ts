import { JetStreamServer } from '#jetstream';
import { HealthRegistry } from '#telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EmailChannel } from '../emails/email-channel.js';
import { MailHealth } from './mail-health.js';

/** What a notifier depends on. */
@Injectable()
export class NotifierHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly server: JetStreamServer,
    private readonly emails: EmailChannel,
    private readonly mail: MailHealth,
  ) {}

  onModuleInit(): void {
    this.registry.register('nats', () => this.server.assertHealthy());
    if (this.emails.isSetUp) {
      this.registry.register('smtp', async () => await this.mail.check());
    }
  }
}
