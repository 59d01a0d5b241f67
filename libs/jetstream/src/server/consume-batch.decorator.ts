import { UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { BatchBinding } from '../consuming/consumer-binding.js';
import { RethrowFilter } from './rethrow.filter.js';

/**
 * Method decorator of a controller: handles the messages of a durable consumer in batches. The method gets
 * `(messages: readonly JetStreamMessage[], context: BatchContext)`. They are acked together after it resolves; when
 * it throws, it is called again with the same messages.
 */
export function ConsumeBatch(binding: Omit<BatchBinding, 'mode'>): MethodDecorator {
  return (target, property, descriptor) => {
    // Nest passes a context only to a parameter that asks for it.
    Payload()(target, property, 0);
    Ctx()(target, property, 1);
    const pattern = EventPattern(binding.durable, { ...binding, mode: 'batch' }) as MethodDecorator;
    pattern(target, property, descriptor);
    UseFilters(RethrowFilter)(target, property, descriptor);
  };
}
