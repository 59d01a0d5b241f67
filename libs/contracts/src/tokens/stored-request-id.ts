/**
 * The request_id of a request that came without one (`nats pub`): from its place in the stream.
 * The time the broker stored it is part of it, because sequences start again at 1 when a stream is made anew,
 * and an id must never come back for another request.
 * @param sequence of the message in the stream `RUN_REQUESTS`
 * @param storedAtNanos when the broker stored it, nanoseconds since the epoch
 */
export function storedRequestId(sequence: number, storedAtNanos: bigint): string {
  return `req-${sequence}-${storedAtNanos.toString(36)}`;
}
