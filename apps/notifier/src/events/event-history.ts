import { NOTIFIER, RUN_EVENTS } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection, nanosOf } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { JetStreamManager, SeqMsgRequest, StoredMsg } from '@nats-io/jetstream';
import type { StoredMessage } from './stored-message.js';

/** Messages that are read at the same time. */
const READ_TOGETHER = 64;

/** `RUN_EVENTS` as it is, whoever has been given which of its messages. */
@Injectable()
export class EventHistory {
  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * Sequence up to which every message has been decided on, by whichever notifier.
   * @throws BrokerUnavailableException when the broker does not say
   */
  async decidedUpTo(): Promise<number> {
    return await this.ask(async (manager) => {
      const { ack_floor } = await manager.consumers.info(RUN_EVENTS, NOTIFIER);
      return ack_floor.stream_seq;
    });
  }

  /**
   * The messages between two sequences, both not included, in order and a few at a time.
   * @throws BrokerUnavailableException when the broker does not answer
   */
  async *between(after: number, before: number): AsyncGenerator<readonly StoredMessage[]> {
    for (let from = after + 1; from < before; from += READ_TOGETHER) {
      const first = await this.firstFrom(from);
      if (first === undefined || first.seq >= before) {
        return;
      }
      from = first.seq;
      const others = Array.from(
        { length: Math.min(READ_TOGETHER, before - from) - 1 },
        async (_, index) => await this.get({ seq: from + 1 + index }),
      );
      yield [first, ...(await Promise.all(others))].filter((found) => found !== undefined).map(storedOf);
    }
  }

  /** Stretches of the stream where nothing is left are leapt over. */
  private async firstFrom(sequence: number): Promise<StoredMsg | undefined> {
    const query = { seq: sequence, next_by_subj: '>' };
    return await this.get(query);
  }

  private async get(query: SeqMsgRequest): Promise<StoredMsg | undefined> {
    return await this.ask(
      async (manager) => (await manager.streams.getMessage(RUN_EVENTS, query)) ?? undefined,
    );
  }

  private async ask<T>(question: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    try {
      return await question(await this.connection.manager());
    } catch (error) {
      throw new BrokerUnavailableException(`${RUN_EVENTS} could not be looked at`, { cause: error });
    }
  }
}

function storedOf({ subject, data, seq, timestamp }: StoredMsg): StoredMessage {
  return { subject, data, sequence: seq, storedAtNanos: nanosOf(timestamp) };
}
