import { AGENTS_BUCKET } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable, NotFoundException } from '@nestjs/common';
import { Kvm } from '@nats-io/kv';

/** Knows which agents the catalogue has. */
@Injectable()
export class KnownAgents {
  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * @throws NotFoundException when no executor serves the agent
   * @throws BrokerUnavailableException when the catalogue can't be read
   */
  async assertKnown(agent: string): Promise<void> {
    if (!(await this.isKnown(agent))) {
      throw new NotFoundException(`The catalogue has no agent named ${agent}`);
    }
  }

  private async isKnown(agent: string): Promise<boolean> {
    try {
      const bucket = await new Kvm(this.connection.nats).open(AGENTS_BUCKET);
      return (await bucket.get(agent))?.operation === 'PUT';
    } catch (error) {
      throw new BrokerUnavailableException('The catalogue could not be read', { cause: error });
    }
  }
}
