import type { SlotPool } from './slot-pool.js';

interface Binding {
  readonly stream: string;
  readonly durable: string;
  /** Where a message goes that can never be handled. */
  readonly deadLetterSubject: string;
  /** The consumer's `ack_wait`, 15 s when it is not given. Leases are renewed at a third of it. */
  readonly ackWaitMs?: number;
}

/** A handler that takes one message at a time, several side by side. */
export interface EachBinding extends Binding {
  readonly mode: 'each';
  /** Places shared with other consumers of this process. */
  readonly slots: SlotPool;
  /** Messages of this consumer that this process works on at the same time. */
  readonly concurrency: number;
}

/** A handler that takes what has arrived, all at once; acked together after it resolves. */
export interface BatchBinding extends Binding {
  readonly mode: 'batch';
  /** Of all batches that are handled at the same time. */
  readonly maxMessages: number;
  /**
   * How many batches are handled at the same time when more arrives than one after the other gets done, 1 when it is
   * not given. What is in one may come before what is in another.
   */
  readonly lanes?: number;
}

/** A handler that takes one message when somebody asks for one; see `JetStreamServer.handleOne`. */
export interface DemandBinding extends Binding {
  readonly mode: 'demand';
}

export type ConsumerBinding = EachBinding | BatchBinding | DemandBinding;
