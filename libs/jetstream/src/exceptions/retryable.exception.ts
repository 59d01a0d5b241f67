import { RpcException } from '@nestjs/microservices';

/** Thrown by a handler: deliver this message again after `delayMs`. */
export class RetryableException extends RpcException {
  constructor(
    message: string,
    readonly delayMs: number,
  ) {
    super(message);
    this.name = 'RetryableException';
  }

  /** Nest passes what this returns to the transport; anything but the exception itself would lose the decision. */
  override getError(): this {
    return this;
  }
}
