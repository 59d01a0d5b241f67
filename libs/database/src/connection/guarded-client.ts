import { Client, type ClientConfig } from 'pg';

/**
 * A connection whose loss never ends the process. Between leaving the pool and reaching TypeORM a connection has
 * nobody who listens to its errors; the server may cut it right there, in the same packet that says it is ready.
 */
export class GuardedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // Nothing is hidden: the pool is told by its own listener, and the next statement fails.
    this.on('error', () => undefined);
  }
}
