import { HttpStatus } from '@nestjs/common';
import { RetryableHttpException } from './retryable-http.exception.js';

const RETRY_AFTER_SECONDS = 5;

/** Something that is needed is away; nothing has been kept, and the caller should try again. */
export class UnavailableException extends RetryableHttpException {
  constructor(message: string, retryAfterSeconds = RETRY_AFTER_SECONDS, options?: ErrorOptions) {
    super(message, HttpStatus.SERVICE_UNAVAILABLE, retryAfterSeconds, options);
  }
}
