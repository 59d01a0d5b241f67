import { BaseRpcContext } from '@nestjs/microservices';
import type { JetStreamMessage } from '../consuming/jetstream-message.js';

/** What a handler of batches gets beside the messages. */
export class BatchContext extends BaseRpcContext<[AbortSignal]> {
  private readonly reasons = new Map<JetStreamMessage, string>();

  /** Aborted when the service shuts down: a handler that waits should give up and throw. */
  get signal(): AbortSignal {
    return this.args[0];
  }

  /** Messages that can never be handled, with the reason. */
  get rejected(): ReadonlyMap<JetStreamMessage, string> {
    return this.reasons;
  }

  /** This one message goes to the dead letters; its neighbours are acked. */
  reject(message: JetStreamMessage, reason: string): void {
    this.reasons.set(message, reason);
  }
}
