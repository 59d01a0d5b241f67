import { Injectable } from '@nestjs/common';
import { EmailChannel } from '../emails/email-channel.js';

const VALID_MS = 30_000;

/** Whether the mail server lets us in. Asked at most twice a minute, because it logs in each time. */
@Injectable()
export class MailHealth {
  private askedAtMs = -Infinity;
  private answer: Promise<void> = Promise.resolve();

  constructor(private readonly emails: EmailChannel) {}

  /** @throws Error while the mail server can't be reached, or does not let us in */
  async check(): Promise<void> {
    if (Date.now() - this.askedAtMs > VALID_MS) {
      this.askedAtMs = Date.now();
      this.answer = this.emails.verify();
      this.answer.catch(() => undefined); // whoever asks is told, and nobody may
    }
    await this.answer;
  }
}
