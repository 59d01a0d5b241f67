import { type JetStreamConnection, type JetStreamMessage } from '#jetstream';
import { type PassRange, StreamPass } from './stream-pass.js';

/**
 * The messages of a stream in batches, until it is over or `signal` is aborted.
 * @throws BrokerUnavailableException when the broker does not answer for some seconds
 */
export async function* messageBatches(
  connection: JetStreamConnection,
  range: PassRange,
  batchSize: number,
  signal: AbortSignal,
): AsyncGenerator<readonly JetStreamMessage[]> {
  const pass = new StreamPass(connection, range);
  try {
    while (!signal.aborted) {
      const messages = await pass.next(batchSize);
      if (messages.length === 0) {
        return;
      }
      yield messages;
    }
  } finally {
    await pass.close();
  }
}
