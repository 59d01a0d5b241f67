import { Injectable } from '@nestjs/common';
import type { StoredMsg } from '@nats-io/jetstream';
import { JetStreamConnection } from '../connection/jetstream-connection.js';
import { BrokerUnavailableException } from '../exceptions/broker-unavailable.exception.js';

/** Looks at stored messages without consuming them. */
@Injectable()
export class StreamReader {
  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * The newest message of a subject, or `undefined` when it has none.
   * @throws BrokerUnavailableException when the broker does not answer
   */
  async last(stream: string, subject: string): Promise<StoredMsg | undefined> {
    try {
      const manager = await this.connection.manager();
      return (await manager.streams.getMessage(stream, { last_by_subj: subject })) ?? undefined;
    } catch (error) {
      throw new BrokerUnavailableException(`The last message of ${subject} could not be read`, {
        cause: error,
      });
    }
  }
}
