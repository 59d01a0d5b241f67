import type { ConsumerInfo } from '@nats-io/jetstream';

/**
 * The first sequence of a stream that somebody may still need; everything before it can go.
 * @param consumers all consumers of the stream, as the broker described them after it gave `lastSequence`
 * @param lastSequence of the stream
 */
export function trimmableUpTo(
  consumers: readonly Pick<ConsumerInfo, 'num_pending' | 'num_ack_pending' | 'ack_floor'>[],
  lastSequence: number,
): number {
  const needed = consumers.map(({ num_pending, num_ack_pending, ack_floor }) =>
    // A consumer of a few subjects has a low floor though it has nothing left to do.
    num_pending === 0 && num_ack_pending === 0 ? lastSequence : ack_floor.stream_seq,
  );
  return Math.min(lastSequence, ...needed) + 1;
}
