import { loadConfiguration } from '#configuration';
import { describe, expect, it } from 'vitest';
import { NotifierConfiguration } from './notifier-configuration.js';

const NATS = { NATS_URL: 'nats://127.0.0.1' };
const MAIL = {
  ...NATS,
  SMTP_URL: 'smtp://user:secret@mail.example.com:587',
  MAIL_FROM: 'agents@example.com',
};

describe('NotifierConfiguration', () => {
  it.each([
    [NATS],
    [MAIL],
    [{ ...MAIL, MAIL_FROM: 'Agent Platform <agents@example.com>', SMTP_REQUIRE_TLS: 'no' }],
    [{ ...MAIL, NOTIFIER_DEFAULT_EMAILS: 'ana@example.com, ben@example.com' }],
    [
      {
        ...NATS,
        NOTIFIER_WEBHOOK_HOSTS: 'example.com,127.0.0.1:3000',
        NOTIFIER_WEBHOOK_SECRET: 'x'.repeat(16),
      },
    ],
  ])('takes %j', (environment) => {
    expect(loadConfiguration(NotifierConfiguration, environment)).toBeInstanceOf(NotifierConfiguration);
  });

  it.each([
    [{ ...MAIL, MAIL_FROM: undefined }, 'MAIL_FROM is missing'],
    [{ ...MAIL, MAIL_FROM: 'a@example.com\r\nBcc: b@example.com' }, 'MAIL_FROM must be an address'],
    [{ ...MAIL, SMTP_URL: 'http://mail.example.com' }, 'SMTP_URL must be a URL that starts with smtp://'],
    [{ ...MAIL, NOTIFIER_DEFAULT_EMAILS: 'ana' }, 'NOTIFIER_DEFAULT_EMAILS must be addresses'],
    [{ ...NATS, NOTIFIER_WEBHOOK_HOSTS: 'https://example.com/' }, 'NOTIFIER_WEBHOOK_HOSTS must be hosts'],
    [{ ...NATS, NOTIFIER_WEBHOOK_SECRET: 'short' }, 'NOTIFIER_WEBHOOK_SECRET must be 16 to 200'],
  ])('refuses %j', (environment, problem) => {
    expect(() => loadConfiguration(NotifierConfiguration, environment)).toThrow(problem);
  });
});
