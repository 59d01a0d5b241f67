import { BrokerUnavailableException, BucketMirror, JetStreamConnection } from '#jetstream';
import { ConflictException, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import { fromNats } from '../http/in-reach.js';

const CHANGED_MEANWHILE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);
const TRIES = 5;

/** A bucket about who may do what: followed by every replica, changed by whoever is asked to. */
export abstract class AccessStore<T extends object> implements OnModuleInit, OnModuleDestroy {
  private readonly mirror: BucketMirror<T>;

  protected constructor(
    connection: JetStreamConnection,
    private readonly bucket: string,
    private readonly parse: (data: Uint8Array) => T,
  ) {
    this.mirror = new BucketMirror(connection, bucket, parse);
  }

  onModuleInit(): void {
    this.mirror.start();
  }

  onModuleDestroy(): void {
    this.mirror.stop();
  }

  /** Whether everything is known; before that, nobody can be told that something does not exist. */
  get isComplete(): boolean {
    return this.mirror.isComplete;
  }

  /** What is known here, by key. */
  entries(): [key: string, value: T][] {
    return this.mirror.entries();
  }

  /**
   * What is known here; asks the bucket when it is not.
   * @throws BrokerUnavailableException when it is not known and NATS does not answer
   */
  async find(key: string): Promise<T | undefined> {
    return this.mirror.get(key) ?? (await this.fresh(key));
  }

  /** Right from the bucket. @throws BrokerUnavailableException */
  async fresh(key: string): Promise<T | undefined> {
    return await fromNats(this.bucket, async () => await this.mirror.fresh(key));
  }

  /**
   * @returns false when the key is taken
   * @throws BrokerUnavailableException
   */
  async create(key: string, value: T): Promise<boolean> {
    return await this.changed(async (bucket) => await bucket.create(key, JSON.stringify(value)));
  }

  /**
   * Changes what is there by then; nothing of what others change at the same time is lost.
   * @returns the new value; nothing when there is none to change
   * @throws BrokerUnavailableException, ConflictException when others change it all the time, or what `change` throws
   */
  async change(key: string, change: (value: T) => T): Promise<T | undefined> {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const found = await this.guarded(async (bucket) => await bucket.get(key));
      if (found?.operation !== 'PUT') {
        return undefined;
      }
      const value = change(this.parse(found.value));
      const update = async (bucket: KV): Promise<number> =>
        await bucket.update(key, JSON.stringify(value), found.revision);
      if (await this.changed(update)) {
        return value;
      }
    }
    throw new ConflictException('Somebody else changes it at the same time; try again');
  }

  /** @returns whether there was something. @throws BrokerUnavailableException */
  async delete(key: string): Promise<boolean> {
    if ((await this.fresh(key)) === undefined) {
      return false;
    }
    await this.guarded(async (bucket) => await bucket.delete(key));
    return true;
  }

  /** @returns false when somebody else has changed the key at the same time */
  private async changed(work: (bucket: KV) => Promise<unknown>): Promise<boolean> {
    try {
      await this.guarded(work);
      return true;
    } catch (error) {
      const { cause } = error as Error;
      if (cause instanceof JetStreamApiError && CHANGED_MEANWHILE.has(cause.code)) {
        return false;
      }
      throw error;
    }
  }

  private async guarded<R>(work: (bucket: KV) => Promise<R>): Promise<R> {
    return await fromNats(this.bucket, async () => {
      try {
        return await work(await this.mirror.open());
      } catch (error) {
        throw new BrokerUnavailableException(`The bucket ${this.bucket} could not be used`, { cause: error });
      }
    });
  }
}
