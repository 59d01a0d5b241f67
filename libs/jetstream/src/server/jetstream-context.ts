import { BaseRpcContext } from '@nestjs/microservices';
import type { JetStreamMessage } from '../consuming/jetstream-message.js';

/** What a handler of single messages gets beside the message. */
export class JetStreamContext extends BaseRpcContext<[JetStreamMessage]> {
  get message(): JetStreamMessage {
    return this.args[0];
  }
}
