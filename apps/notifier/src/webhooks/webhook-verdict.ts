import type { DeliveryOutcome } from '../deliveries/channel.js';

/** Statuses of 4xx that may be another one the next time. */
const PASSING = new Set([408, 421, 423, 425, 429]);
/** What the system says when there is nobody to talk to. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What an answer means. A redirect is none that is followed: it could lead to where webhooks must not go. */
export function verdictOfStatus(status: number): DeliveryOutcome {
  if (status >= 200 && status < 300) {
    return { kind: 'delivered' };
  }
  const reason = `The receiver answered ${status}`;
  return { kind: status >= 500 || PASSING.has(status) ? 'busy' : 'refused', reason };
}

/** What a request means that got no answer. */
export function verdictOfError(error: unknown): DeliveryOutcome {
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') {
    return { kind: 'busy', reason: 'The receiver did not answer in time' };
  }
  const { code = '' } = (cause ?? {}) as NodeJS.ErrnoException;
  return {
    kind: UNREACHABLE.has(code) ? 'away' : 'busy',
    reason: `The receiver could not be reached: ${code || message}`,
  };
}
