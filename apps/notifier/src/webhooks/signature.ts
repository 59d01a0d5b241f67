import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'X-Agent-Platform-Signature';

/**
 * Proof of where a webhook comes from and that nobody changed it: `t=<seconds>,v1=<hex>`, the second part being the
 * HMAC-SHA256 of `<seconds>.<body>`. A receiver computes it anew and refuses old times, so that none can be sent again.
 */
export function signatureOf(body: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const code = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${code}`;
}
