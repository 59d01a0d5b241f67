import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Channel, Delivery, DeliveryOutcome } from '../deliveries/channel.js';
import { NotifierConfiguration } from '../notifier-configuration.js';
import { SIGNATURE_HEADER, signatureOf } from './signature.js';
import { verdictOfError, verdictOfStatus } from './webhook-verdict.js';

const NO_SECRET = 'Webhooks are not set up: NOTIFIER_WEBHOOK_SECRET is not set';

/** Tells programs by HTTP. */
@Injectable()
export class WebhookChannel implements Channel {
  private readonly logger = new Logger(WebhookChannel.name);
  private readonly hosts: ReadonlySet<string>;
  private readonly warned = new Set<string>();

  constructor(
    @Inject(NotifierConfiguration)
    private readonly configuration: Pick<
      NotifierConfiguration,
      'webhookHosts' | 'webhookSecret' | 'webhookTimeoutMs'
    >,
  ) {
    this.hosts = new Set(configuration.webhookHosts?.toLowerCase().split(/, */));
  }

  async deliver({ id, address, notice }: Delivery): Promise<DeliveryOutcome> {
    const { webhookSecret, webhookTimeoutMs } = this.configuration;
    const problem = webhookSecret === undefined ? NO_SECRET : this.problemOf(address);
    if (problem !== undefined || webhookSecret === undefined) {
      return this.refuse(problem ?? NO_SECRET);
    }
    const body = JSON.stringify({ id, ...notice });
    try {
      const response = await fetch(address, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(webhookTimeoutMs),
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'agent-platform',
          'Idempotency-Key': id,
          [SIGNATURE_HEADER]: signatureOf(body, webhookSecret, new Date()),
        },
        body,
      });
      await response.body?.cancel(); // what it says beside its status is not read
      return verdictOfStatus(response.status);
    } catch (error) {
      return verdictOfError(error);
    }
  }

  /** The operator says where webhooks may go: an agent's author can't reach what only this service can. */
  private problemOf(address: string): string | undefined {
    const url = URL.parse(address);
    if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username + url.password !== '') {
      return 'A webhook must be a URL of http or https without a password';
    }
    return this.hosts.has(url.host)
      ? undefined
      : `Webhooks may not go to ${url.host}: it is not in NOTIFIER_WEBHOOK_HOSTS`;
  }

  private refuse(reason: string): DeliveryOutcome {
    if (!this.warned.has(reason)) {
      this.warned.add(reason);
      this.logger.warn({ reason }, 'A webhook can not be sent: what should be sent goes to the dead letters');
    }
    return { kind: 'refused', reason };
  }
}
