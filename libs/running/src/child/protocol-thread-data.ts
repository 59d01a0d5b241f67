import type { MessagePort } from 'node:worker_threads';

/** What the main thread of a child gives the thread that listens to the executor. */
export interface ProtocolThreadData {
  /** Carries the executor's messages, and `end` at the end of the input. */
  readonly port: MessagePort;
  /** For the `LineWriter`s. */
  readonly lock: Int32Array;
  /** Counts the messages sent through the port. */
  readonly news: Int32Array;
  /** Where lines for the executor are written. */
  readonly descriptor: number;
}
