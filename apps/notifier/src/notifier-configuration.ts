import {
  BooleanVariable,
  IntegerVariable,
  ServiceConfiguration,
  TextVariable,
  UrlVariable,
} from '#configuration';
import { IsOptional, Matches, Max, Min, ValidateIf } from 'class-validator';

const DAY_MS = 86_400_000;
const MAIL_ADDRESS = /^(?:[^<>@,;"\r\n]*<[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/;
const MAIL_ADDRESSES = /^[^\s<>@,;]+@[^\s<>@,;]+(?:, *[^\s<>@,;]+@[^\s<>@,;]+)*$/;
const HOSTS = /^[^\s,/@]+(?:, *[^\s,/@]+)*$/;

/** What a notifier can be told through its environment. */
export class NotifierConfiguration extends ServiceConfiguration {
  override managementPort = 9105;

  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the start. Without it no e-mail is sent. */
  @IsOptional()
  @UrlVariable('SMTP_URL', { protocols: ['smtp', 'smtps'] })
  smtpUrl?: string;

  /** Instead of the one in the URL, as is `SMTP_PASSWORD`. */
  @IsOptional()
  @TextVariable('SMTP_USER')
  smtpUser?: string;

  @IsOptional()
  @TextVariable('SMTP_PASSWORD')
  smtpPassword?: string;

  /** Whether a connection without TLS is given up. By default it is when there is a password to protect. */
  @IsOptional()
  @BooleanVariable('SMTP_REQUIRE_TLS')
  smtpRequireTls?: boolean;

  /** Sender of all e-mail: an address, or `Name <address>`. */
  @ValidateIf(({ smtpUrl, mailFrom }: NotifierConfiguration) => (smtpUrl ?? mailFrom) !== undefined)
  @TextVariable('MAIL_FROM')
  @Matches(MAIL_ADDRESS, { message: 'mailFrom must be an address, or Name <address>' })
  mailFrom?: string;

  /** Who is told by rules that name nobody. Addresses, separated by commas. */
  @IsOptional()
  @TextVariable('NOTIFIER_DEFAULT_EMAILS')
  @Matches(MAIL_ADDRESSES, { message: 'defaultEmails must be addresses separated by commas' })
  defaultEmails?: string;

  /** Signs webhooks. Without it none is sent. */
  @IsOptional()
  @TextVariable('NOTIFIER_WEBHOOK_SECRET')
  @Matches(/^[\x21-\x7e]{16,200}$/, {
    message: 'webhookSecret must be 16 to 200 printable ASCII characters without blanks',
  })
  webhookSecret?: string;

  /** Hosts that webhooks may go to, with the port where it is not the usual one, separated by commas. */
  @IsOptional()
  @TextVariable('NOTIFIER_WEBHOOK_HOSTS')
  @Matches(HOSTS, {
    message: 'webhookHosts must be hosts such as example.com or example.com:8443, separated by commas',
  })
  webhookHosts?: string;

  /** Milliseconds that the receiver of a webhook may take to answer. */
  @IntegerVariable('NOTIFIER_WEBHOOK_TIMEOUT_MS')
  @Min(100)
  @Max(60_000)
  webhookTimeoutMs = 10_000;

  /** E-mails, and as many webhooks, that are sent at the same time. */
  @IntegerVariable('NOTIFIER_CONCURRENCY')
  @Min(1)
  @Max(100)
  concurrency = 5;

  /** Milliseconds before the second try of a notification; each further wait is four times as long. */
  @IntegerVariable('NOTIFIER_RETRY_DELAY_MS')
  @Min(10)
  @Max(600_000)
  retryDelayMs = 10_000;

  /** Milliseconds that a mail server or a receiver may be away before what it should get goes to the dead letters. */
  @IntegerVariable('NOTIFIER_OUTAGE_MS')
  @Min(1_000)
  @Max(7 * DAY_MS)
  outageMs = DAY_MS;
}
