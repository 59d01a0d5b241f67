import { EventPattern } from '@nestjs/microservices';
import type { BatchBinding } from '../consuming/consumer-binding.js';

/**
 * Method decorator of a controller: handles the messages of a durable consumer in batches. The method gets
 * `(messages: readonly JetStreamMessage[], context: BatchContext)`. They are acked together after it resolves; when
 * it throws, it is called again with the same messages.
 */
export function ConsumeBatch(binding: Omit<BatchBinding, 'mode'>): MethodDecorator {
  return EventPattern<string>(binding.durable, { ...binding, mode: 'batch' });
}
