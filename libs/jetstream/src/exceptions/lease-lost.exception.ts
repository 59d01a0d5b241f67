import { RpcException } from '@nestjs/microservices';

/**
 * Thrown by a handler: another holder has this message now. It is settled by that holder alone, because a late ack
 * would end the delivery of the new one too.
 */
export class LeaseLostException extends RpcException {
  constructor(message: string) {
    super(message);
    this.name = 'LeaseLostException';
  }

  override getError(): this {
    return this;
  }
}
