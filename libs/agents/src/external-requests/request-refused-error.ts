import { NonRetryableError } from '../non-retryable-error.js';

/** The platform doesn't make this request, however often it is tried. The message says why, without credentials. */
export class RequestRefusedError extends NonRetryableError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RequestRefusedError';
  }
}
