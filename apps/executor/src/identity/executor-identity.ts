import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Who this executor is; another one after each start, so that a restarted process never passes for its predecessor. */
export class ExecutorIdentity {
  /** One token of a subject: letters, digits, `_` and `-`. */
  readonly id = `${hostname().replaceAll(/[^A-Za-z0-9_-]/g, '-')}-${randomBytes(4).toString('hex')}`;

  constructor(readonly group: string) {}
}
