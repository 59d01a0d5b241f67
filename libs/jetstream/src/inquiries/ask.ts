import { NoRespondersError, RequestError, TimeoutError, type NatsConnection } from '@nats-io/transport-node';

/**
 * Request and reply, with somebody who may not be there.
 * @returns the answer as text; nothing when nobody gives one in time
 * @throws what the client throws when the connection is closed, or may not ask
 */
export async function ask(
  nats: NatsConnection,
  subject: string,
  question: string,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    return (await nats.request(subject, question, { timeout: timeoutMs })).string();
  } catch (error) {
    if (isUnanswered(error)) {
      return undefined;
    }
    throw error;
  }
}

function isUnanswered(error: unknown): boolean {
  return (
    error instanceof TimeoutError ||
    error instanceof NoRespondersError ||
    (error instanceof RequestError && error.isNoResponders())
  );
}
