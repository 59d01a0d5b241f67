import { INGEST_EVENTS, RUN_EVENTS } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';

/** How far live traffic is with a stream. */
export interface StreamProgress {
  /** Of the oldest message that is still there. */
  readonly firstSequence: number;
  /** ISO 8601, of the same; absent when the stream is empty. */
  readonly historyBegins: string | undefined;
  /** Everything up to this sequence has been written or sent to the dead letters. */
  readonly writtenUpTo: number;
  readonly lastSequence: number;
}

/** Looks at how far the replicas of ingest are with their streams. */
@Injectable()
export class LiveProgress {
  constructor(private readonly connection: JetStreamConnection) {}

  /** @throws BrokerUnavailableException, or what the client throws when the broker does not answer */
  async of(stream: string, durable: string): Promise<StreamProgress> {
    const manager = await this.connection.manager();
    // The stream first: an idle consumer has written all that the stream had at that moment.
    const { state } = await manager.streams.info(stream);
    const { ack_floor, num_pending, num_ack_pending } = await manager.consumers.info(stream, durable);
    const isIdle = num_pending === 0 && num_ack_pending === 0;
    return {
      firstSequence: state.first_seq,
      historyBegins: state.messages === 0 ? undefined : new Date(state.first_ts).toISOString(),
      writtenUpTo: isIdle ? state.last_seq : Math.min(ack_floor.stream_seq, state.last_seq),
      lastSequence: state.last_seq,
    };
  }

  /** Messages of `RUN_EVENTS` that wait to be written. */
  async backlog(): Promise<number> {
    const manager = await this.connection.manager();
    const { num_pending, num_ack_pending } = await manager.consumers.info(RUN_EVENTS, INGEST_EVENTS);
    return num_pending + num_ack_pending;
  }
}
