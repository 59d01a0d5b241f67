import { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';

export const WEBHOOK_SECRET = 'a-secret-for-tests-only';

/** Of a notifier that may send webhooks to one host, and is quick to try again. */
export function benchConfiguration(
  webhookHost: string,
  others: Partial<NotifierConfiguration>,
): NotifierConfiguration {
  const usual: Partial<NotifierConfiguration> = {
    logLevel: 'error',
    managementPort: 0,
    mailFrom: 'Agent Platform <agents@example.com>',
    webhookSecret: WEBHOOK_SECRET,
    webhookHosts: `elsewhere.example.com, ${webhookHost}`,
    webhookTimeoutMs: 5_000,
    retryDelayMs: 20,
  };
  return Object.assign(new NotifierConfiguration(), usual, others);
}
