import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import type { Channel, Delivery, DeliveryOutcome } from '../deliveries/channel.js';
import { NotifierConfiguration } from '../notifier-configuration.js';
import { headline } from './headline.js';
import { mailTransport } from './mail-transport.js';
import { renderHtml } from './render-html.js';
import { renderText } from './render-text.js';
import { smtpVerdict } from './smtp-verdict.js';

/** Of one try: a server that answers bit by bit is not waited for for ever. */
const DEADLINE_MS = 60_000;
const NOT_SET_UP = 'E-mail is not set up: SMTP_URL is not set';

/** Tells people by e-mail. */
@Injectable()
export class EmailChannel implements Channel {
  private readonly logger = new Logger(EmailChannel.name);
  private readonly transport: Transporter | undefined;
  private readonly from: string;
  private readonly domain: string;
  private hasWarned = false;

  constructor(@Inject(NotifierConfiguration) configuration: NotifierConfiguration) {
    const { smtpUrl, mailFrom = '' } = configuration;
    this.transport = smtpUrl === undefined ? undefined : mailTransport(smtpUrl, configuration);
    this.from = mailFrom;
    this.domain = mailFrom.replace(/^.*@/, '').replace(/>$/, '');
  }

  get isSetUp(): boolean {
    return this.transport !== undefined;
  }

  async deliver({ id, address, notice }: Delivery): Promise<DeliveryOutcome> {
    if (this.transport === undefined) {
      this.warnOnce();
      return { kind: 'refused', reason: NOT_SET_UP };
    }
    try {
      await this.transport.sendMail({
        from: this.from,
        to: { name: '', address },
        subject: headline(notice),
        messageId: `<${id}@${this.domain}>`,
        text: renderText(notice),
        html: renderHtml(notice),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      return { kind: 'delivered' };
    } catch (error) {
      return smtpVerdict(error);
    }
  }

  /** @throws Error while the mail server can't be reached, or does not let us in */
  async verify(): Promise<void> {
    await this.transport?.verify();
  }

  private warnOnce(): void {
    if (!this.hasWarned) {
      this.hasWarned = true;
      this.logger.warn('E-mail is not set up (SMTP_URL): what should be sent goes to the dead letters');
    }
  }
}
