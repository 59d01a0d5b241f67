import { inTime } from '#http';
import { BrokerUnavailableException, StreamFullException } from '#jetstream';
import { Logger } from '@nestjs/common';

const logger = new Logger('ReportStream');

/**
 * The outcome of a publish, or `away` when the broker can't be reached, its stream is full, or it takes too long; a
 * report that is not acknowledged by then may be stored all the same.
 * @throws what else the publish throws
 */
export async function keptOrAway<T>(publish: Promise<T>, patienceMs: number): Promise<T | 'away'> {
  try {
    return await inTime(
      publish,
      patienceMs,
      () => new BrokerUnavailableException('NATS did not answer in time'),
    );
  } catch (error) {
    if (error instanceof BrokerUnavailableException || error instanceof StreamFullException) {
      logger.warn({ reason: error.message }, 'Reports could not be kept in the stream');
      return 'away';
    }
    throw error;
  }
}
