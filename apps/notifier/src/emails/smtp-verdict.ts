import type { DeliveryOutcome } from '../deliveries/channel.js';

/** What nodemailer says when something went wrong. */
interface SmtpError {
  readonly message: string;
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}

/** Codes of failures that concern a recipient or a message. */
const ABOUT_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);
const SERVICE_NOT_AVAILABLE = 421;
const MAX_CHARACTERS = 500;

/**
 * What a failed try to send means. A server that can't be reached, does not let us in, or refuses the sender of all our
 * e-mail says nothing about this one.
 */
export function smtpVerdict(error: unknown): DeliveryOutcome {
  const { message, code, command, responseCode } = error as SmtpError;
  const reason = message.slice(0, MAX_CHARACTERS);
  const isAboutMessage = ABOUT_MESSAGE.has(code ?? '') && command !== 'MAIL FROM';
  if (!isAboutMessage || responseCode === SERVICE_NOT_AVAILABLE) {
    return { kind: 'away', reason };
  }
  const isTemporary = responseCode !== undefined && responseCode >= 400 && responseCode < 500;
  return { kind: isTemporary ? 'busy' : 'refused', reason };
}
