import { Injectable } from '@nestjs/common';
import type { MsgRequest, StoredMsg } from '@nats-io/jetstream';
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
    return await this.get(stream, { last_by_subj: subject }, `The last message of ${subject}`);
  }

  /**
   * The message of that sequence, or `undefined` when the stream does not have it.
   * @throws BrokerUnavailableException when the broker does not answer
   */
  async at(stream: string, sequence: number): Promise<StoredMsg | undefined> {
    return await this.get(stream, { seq: sequence }, `Message ${sequence} of ${stream}`);
  }

  /**
   * The first message of a subject at that sequence or after it, or `undefined` when there is none.
   * @throws BrokerUnavailableException when the broker does not answer
   */
  async next(stream: string, subject: string, sequence: number): Promise<StoredMsg | undefined> {
    const query = { seq: sequence, next_by_subj: subject };
    return await this.get(stream, query, `Message ${sequence} of ${subject} or the next one`);
  }

  private async get(stream: string, query: MsgRequest, name: string): Promise<StoredMsg | undefined> {
    try {
      const manager = await this.connection.manager();
      return (await manager.streams.getMessage(stream, query)) ?? undefined;
    } catch (error) {
      throw new BrokerUnavailableException(`${name} could not be read`, { cause: error });
    }
  }
}
