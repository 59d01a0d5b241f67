/** A message as `RUN_EVENTS` holds it, delivered or read. */
export interface StoredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  /** Nanoseconds since the epoch. */
  readonly storedAtNanos: bigint;
}
