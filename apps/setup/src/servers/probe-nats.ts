import { jetstreamManager } from '@nats-io/jetstream';
import { AuthorizationError, connect } from '@nats-io/transport-node';
import type { JetStreamOptions } from '#jetstream';

const TIMEOUT_MS = 5_000;

/**
 * Connects and asks for the state of JetStream, which comes up after the server does.
 * @throws what the client throws
 */
export async function probeNats({ servers, name, user, password }: JetStreamOptions): Promise<void> {
  const connection = await connect({
    servers: servers.split(','),
    name,
    inboxPrefix: `_INBOX_${name}`,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    reconnect: false,
    timeout: TIMEOUT_MS,
  });
  try {
    await jetstreamManager(connection, { timeout: TIMEOUT_MS, checkAPI: true });
  } finally {
    await connection.close();
  }
}

/** Whether NATS may answer later: anything but a refused login. */
export function isNatsNotUpYet(error: unknown): boolean {
  return !(error instanceof AuthorizationError);
}
