import { isDatabaseUnavailable, sqlStateOf } from '#database';
import { UnavailableException } from '#http';
import { BrokerUnavailableException, PublishRefusedException, StreamFullException } from '#jetstream';
import { PayloadTooLargeException } from '@nestjs/common';

const QUERY_CANCELED = '57014';

/** Says in HTTP which server is away. */
export function translateError(error: unknown): unknown {
  if (error instanceof StreamFullException) {
    return new UnavailableException('NATS takes nothing more now: a stream is full', undefined, {
      cause: error,
    });
  }
  if (error instanceof BrokerUnavailableException) {
    return new UnavailableException('NATS is away, and this needs it', undefined, { cause: error });
  }
  if (error instanceof PublishRefusedException) {
    return new PayloadTooLargeException(error.message, { cause: error });
  }
  if (sqlStateOf(error) === QUERY_CANCELED) {
    const message =
      'Postgres takes too long for this: ask for less, such as a shorter time or another filter';
    return new UnavailableException(message, undefined, { cause: error });
  }
  if (isDatabaseUnavailable(error)) {
    return new UnavailableException('Postgres is away, and this needs it', undefined, { cause: error });
  }
  return error;
}
