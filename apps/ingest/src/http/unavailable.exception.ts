import { ServiceUnavailableException } from '@nestjs/common';

/** Nothing has been kept; the caller should try again. */
export class UnavailableException extends ServiceUnavailableException {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(message);
  }
}
