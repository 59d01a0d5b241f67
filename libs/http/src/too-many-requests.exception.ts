import { HttpStatus } from '@nestjs/common';
import { RetryableHttpException } from './retryable-http.exception.js';

/** The caller asks more often than it may. */
export class TooManyRequestsException extends RetryableHttpException {
  constructor(message: string, retryAfterSeconds: number) {
    super(message, HttpStatus.TOO_MANY_REQUESTS, retryAfterSeconds);
  }
}
