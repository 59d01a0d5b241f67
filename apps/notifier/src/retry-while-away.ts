import { BrokerUnavailableException, RetryableException, StreamFullException } from '#jetstream';

const RETRY_MS = 1_000;

/** Does the work of a handler; when the broker can't be asked or takes nothing, the message is to be delivered again. */
export async function retryWhileAway(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof BrokerUnavailableException || error instanceof StreamFullException) {
      throw new RetryableException(error.message, RETRY_MS);
    }
    throw error;
  }
}
