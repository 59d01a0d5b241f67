import { createHash } from 'node:crypto';

const MAX_LENGTH = 100;

/**
 * The request_id of a schedule's fire: `<agent>-<schedule>-20261122T040000Z`.
 * It follows from the nominal instant alone, so every scheduler that fires it publishes the same id.
 * Names too long for the bound of 100 characters are replaced by 32 characters of their SHA-256.
 * @param at the nominal instant, to the second
 */
export function fireRequestId(agent: string, schedule: string, at: Date): string {
  const stamp = at
    .toISOString()
    .replaceAll(/[-:]/g, '')
    .replace(/\.\d{3}/, '');
  const id = `${agent}-${schedule}-${stamp}`;
  if (id.length <= MAX_LENGTH) {
    return id;
  }
  const digest = createHash('sha256').update(`${agent}-${schedule}`).digest('hex').slice(0, 32);
  return `${digest}-${stamp}`;
}
