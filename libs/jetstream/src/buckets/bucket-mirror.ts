import { Logger } from '@nestjs/common';
import { type KV, Kvm } from '@nats-io/kv';
import type { JetStreamConnection } from '../connection/jetstream-connection.js';
import { BrokerUnavailableException } from '../exceptions/broker-unavailable.exception.js';
import type { BucketEntry, BucketListener } from './bucket-listener.js';
import { BucketWatch } from './bucket-watch.js';

interface Known<T> {
  readonly value: T;
  readonly revision: number;
}

/** What a key-value bucket holds, in memory and always up to date. While the broker is away: what it held last. */
export class BucketMirror<T> implements BucketListener {
  private readonly logger = new Logger(BucketMirror.name);
  private readonly known = new Map<string, Known<T>>();
  private readonly watch: BucketWatch;
  private isRead = false;

  /** @param parse throws when a value is not to be understood; then it counts as absent */
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly bucket: string,
    private readonly parse: (data: Uint8Array) => T,
  ) {
    this.watch = new BucketWatch(connection, bucket, this);
  }

  /** Begins to follow the bucket, and does not wait for it. */
  start(): void {
    void this.watch.read();
  }

  /** Safe to call again, and before `start`. */
  stop(): void {
    this.watch.stop();
  }

  /** Whether the whole bucket has been read at least once. Before that, what is absent here may be there. */
  get isComplete(): boolean {
    return this.isRead;
  }

  get(key: string): T | undefined {
    return this.known.get(key)?.value;
  }

  /** In the order of their keys. */
  entries(): [key: string, value: T][] {
    return [...this.known]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, { value }]) => [key, value]);
  }

  /**
   * What the bucket holds right now, for what another process may have stored a moment ago. It is not kept.
   * @throws BrokerUnavailableException when the broker does not answer
   */
  async fresh(key: string): Promise<T | undefined> {
    try {
      const found = await (await this.open()).get(key);
      return found?.operation === 'PUT' ? this.parsed(key, found.value) : undefined;
    } catch (error) {
      throw new BrokerUnavailableException(`The bucket ${this.bucket} could not be read`, { cause: error });
    }
  }

  /** The bucket itself, for changes. @throws BrokerUnavailableException while the broker is away */
  async open(): Promise<KV> {
    return await new Kvm(this.connection.nats).open(this.bucket);
  }

  put({ key, value, revision }: BucketEntry): void {
    if ((this.known.get(key)?.revision ?? 0) > revision) {
      return;
    }
    const parsed = this.parsed(key, value);
    if (parsed === undefined) {
      this.known.delete(key);
    } else {
      this.known.set(key, { value: parsed, revision });
    }
  }

  remove(key: string): void {
    this.known.delete(key);
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.known.keys()) {
      if (!keys.has(key)) {
        this.known.delete(key);
      }
    }
    this.isRead = true;
  }

  private parsed(key: string, data: Uint8Array): T | undefined {
    try {
      return this.parse(data);
    } catch (error) {
      this.logger.error({ err: error, bucket: this.bucket, key }, 'A value of a bucket makes no sense');
      return undefined;
    }
  }
}
