import { SCHEDULES_BUCKET } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';

const CHANGED_MEANWHILE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);

export interface StoredValue {
  readonly value: Uint8Array;
  /** Of the bucket's entry. */
  readonly revision: number;
}

/** The bucket `SCHEDULES`. */
@Injectable()
export class ScheduleStore {
  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * What stands there right now.
   * @throws BrokerUnavailableException
   */
  async get(key: string): Promise<StoredValue | undefined> {
    return await this.within(async (bucket) => {
      const entry = await bucket.get(key);
      return entry?.operation === 'PUT' ? entry : undefined;
    });
  }

  /** @throws BrokerUnavailableException */
  async put(key: string, value: object): Promise<void> {
    await this.within(async (bucket) => await bucket.put(key, JSON.stringify(value)));
  }

  /**
   * Stores it unless there is something.
   * @returns whether there was nothing
   * @throws BrokerUnavailableException
   */
  async create(key: string, value: object): Promise<boolean> {
    return await this.within(
      async (bucket) => await unlessChanged(bucket.create(key, JSON.stringify(value))),
    );
  }

  /**
   * Stores it in the place of what was found.
   * @returns whether that was still there
   * @throws BrokerUnavailableException
   */
  async replace(key: string, value: object, { revision }: StoredValue): Promise<boolean> {
    return await this.within(
      async (bucket) => await unlessChanged(bucket.update(key, JSON.stringify(value), revision)),
    );
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

/** @returns whether it was stored, and not refused because of something that was stored before */
async function unlessChanged(storing: Promise<number>): Promise<boolean> {
  try {
    await storing;
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && CHANGED_MEANWHILE.has(error.code)) {
      return false;
    }
    throw error;
  }
}
