import { SCHEDULES_BUCKET } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { Kvm } from '@nats-io/kv';

/** The bucket `SCHEDULES`. */
@Injectable()
export class ScheduleStore {
  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * What stands there right now.
   * @throws BrokerUnavailableException
   */
  async get(key: string): Promise<Uint8Array | undefined> {
    return await this.within(async (bucket) => {
      const entry = await bucket.get(key);
      return entry?.operation === 'PUT' ? entry.value : undefined;
    });
  }

  /** @throws BrokerUnavailableException */
  async put(key: string, value: object): Promise<void> {
    await this.within(async (bucket) => await bucket.put(key, JSON.stringify(value)));
  }

  /**
   * @returns whether there was anything
   * @throws BrokerUnavailableException
   */
  async delete(key: string): Promise<boolean> {
    return await this.within(async (bucket) => {
      if ((await bucket.get(key))?.operation !== 'PUT') {
        return false;
      }
      await bucket.delete(key);
      return true;
    });
  }

  private async within<T>(work: (bucket: Awaited<ReturnType<Kvm['open']>>) => Promise<T>): Promise<T> {
    try {
      return await work(await new Kvm(this.connection.nats).open(SCHEDULES_BUCKET));
    } catch (error) {
      throw new BrokerUnavailableException('The schedules could not be read or changed', { cause: error });
    }
  }
}
