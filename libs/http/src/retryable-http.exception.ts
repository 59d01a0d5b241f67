import { HttpException } from '@nestjs/common';

/** The same request may work later. */
export abstract class RetryableHttpException extends HttpException {
  /** @param retryAfterSeconds when it is worth while to try again */
  constructor(
    message: string,
    status: number,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, status, options);
  }
}
