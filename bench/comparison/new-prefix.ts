import { randomBytes } from 'node:crypto';

/** Begins the request_ids of one measurement: the broker drops an id that it has seen within the last minutes. */
export function newPrefix(name: string): string {
  return `${name}-${randomBytes(4).toString('hex')}`;
}
