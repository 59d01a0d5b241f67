import { createTransport, type Transporter } from 'nodemailer';
import type { NotifierConfiguration } from '../notifier-configuration.js';

const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

type MailVariables = Pick<NotifierConfiguration, 'smtpUser' | 'smtpPassword' | 'smtpRequireTls'>;

/** A line to the mail server: a connection of its own for each e-mail, so that none depends on an old one. */
export function mailTransport(smtpUrl: string, variables: MailVariables): Transporter {
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const user = variables.smtpUser ?? decodeURIComponent(url.username);
  const pass = variables.smtpPassword ?? decodeURIComponent(url.password);
  const hasPassword = user !== '' && pass !== '';
  return createTransport({
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ...(hasPassword && { auth: { user, pass } }),
    requireTLS: !secure && (variables.smtpRequireTls ?? (hasPassword && !LOOPBACK.has(url.hostname))),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
