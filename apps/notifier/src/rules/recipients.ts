import type { NotificationRule } from '#contracts';
import { NotifierConfiguration } from '../notifier-configuration.js';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ChannelName } from '../deliveries/channel.js';

/** Where a notification goes. */
export interface Recipient {
  readonly channel: ChannelName;
  /** An e-mail address, or the URL of a webhook. */
  readonly address: string;
}

/** Who is told by a rule. */
@Injectable()
export class Recipients {
  private readonly logger = new Logger(Recipients.name);
  private readonly defaults: readonly string[];
  private readonly warned = new Set<string>();

  constructor(
    @Inject(NotifierConfiguration) { defaultEmails }: Pick<NotifierConfiguration, 'defaultEmails'>,
  ) {
    this.defaults = defaultEmails?.split(/, */) ?? [];
  }

  of(agent: string, { name, emails, webhook }: NotificationRule): Recipient[] {
    const addresses = emails ?? (webhook === undefined ? this.defaults : []);
    const recipients: Recipient[] = [
      ...[...new Set(addresses)].map((address) => ({ channel: 'email' as const, address })),
      ...(webhook === undefined ? [] : [{ channel: 'webhook' as const, address: webhook }]),
    ];
    if (recipients.length === 0) {
      this.warnOnce(agent, name);
    }
    return recipients;
  }

  private warnOnce(agent: string, rule: string): void {
    const key = `${agent}.${rule}`;
    if (!this.warned.has(key)) {
      this.warned.add(key);
      this.logger.warn({ agent, rule }, 'A rule names nobody, and NOTIFIER_DEFAULT_EMAILS is not set');
    }
  }
}
