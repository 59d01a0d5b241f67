import { ContractViolation, EXECUTORS_BUCKET, parseExecutorPresence } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { type KvEntry, Kvm } from '@nats-io/kv';
import { fromNats } from '../http/in-reach.js';
import type { AliveExecutor } from './alive-executor.js';

/** Many may ask at once; the executors speak every few seconds only. */
const FRESH_MS = 500;

/** Reads which executors are alive. The broker decides it: it forgets those that are silent. */
@Injectable()
export class ExecutorList {
  private readonly logger = new Logger(ExecutorList.name);
  private readAtMs = -Infinity;
  private reading: Promise<AliveExecutor[]> | undefined;

  constructor(private readonly connection: JetStreamConnection) {}

  /** By id. @throws BrokerUnavailableException */
  async all(): Promise<readonly AliveExecutor[]> {
    const nats = this.connection.nats;
    if (this.reading === undefined || performance.now() - this.readAtMs > FRESH_MS) {
      this.readAtMs = performance.now();
      this.reading = fromNats('The executors', async () => await this.read(new Kvm(nats)));
      this.reading.catch(() => (this.reading = undefined));
    }
    return await this.reading;
  }

  private async read(buckets: Kvm): Promise<AliveExecutor[]> {
    try {
      // Of those that speak while they are read, more than one word comes: the last one counts.
      const executors = new Map<string, AliveExecutor | undefined>();
      const bucket = await buckets.open(EXECUTORS_BUCKET);
      for await (const entry of await bucket.history()) {
        executors.set(entry.key, this.executorOf(entry));
      }
      return [...executors.values()]
        .filter((executor) => executor !== undefined)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1));
    } catch (error) {
      throw new BrokerUnavailableException('The executors could not be read', { cause: error });
    }
  }

  private executorOf({ operation, value, created, key }: KvEntry): AliveExecutor | undefined {
    if (operation !== 'PUT') {
      return undefined;
    }
    try {
      return Object.assign(parseExecutorPresence(value), { lastSeen: created });
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.logger.warn({ executor: key, reason: error.message }, 'An executor says what makes no sense');
      return undefined;
    }
  }
}
