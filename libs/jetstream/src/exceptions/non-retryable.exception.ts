import { RpcException } from '@nestjs/microservices';

/** Thrown by a handler: this message can never be handled; it goes to the dead letters with `message` as its reason. */
export class NonRetryableException extends RpcException {
  constructor(message: string) {
    super(message);
    this.name = 'NonRetryableException';
  }

  override getError(): this {
    return this;
  }
}
