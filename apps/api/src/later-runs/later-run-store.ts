import { LATER_RUNS_BUCKET, type LaterRun, parseLaterRun } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';

const ALREADY_THERE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);
const READING_MS = 3_000;

/**
 * The bucket `LATER_RUNS`: runs that begin at an instant to come. Nobody here follows it, because those who do are not
 * told of runs that schedulers have taken out.
 */
@Injectable()
export class LaterRunStore {
  private readonly logger = new Logger(LaterRunStore.name);

  constructor(private readonly connection: JetStreamConnection) {}

  /** By request_id, in no order. @throws BrokerUnavailableException */
  async all(): Promise<Map<string, LaterRun>> {
    return await this.within(async (bucket) => {
      const { values } = await bucket.status();
      return values === 0 ? new Map<string, LaterRun>() : await this.readAll(bucket);
    });
  }

  /** What stands there right now. @throws BrokerUnavailableException */
  async find(requestId: string): Promise<LaterRun | undefined> {
    return await this.within(async (bucket) => {
      const found = await bucket.get(requestId);
      return found?.operation === 'PUT' ? this.readable(requestId, found.value) : undefined;
    });
  }

  /**
   * Stores it unless there is one.
   * @returns whether there was none
   * @throws BrokerUnavailableException
   */
  async create(requestId: string, run: LaterRun): Promise<boolean> {
    return await this.within(async (bucket) => {
      try {
        await bucket.create(requestId, JSON.stringify(run));
        return true;
      } catch (error) {
        if (error instanceof JetStreamApiError && ALREADY_THERE.has(error.code)) {
          return false;
        }
        throw error;
      }
    });
  }

  /** Safe to call again. Schedulers hear of it at once. @throws BrokerUnavailableException */
  async remove(requestId: string): Promise<void> {
    await this.within(async (bucket) => {
      if ((await bucket.get(requestId))?.operation === 'PUT') {
        await bucket.delete(requestId);
      }
    });
  }

  private async readAll(bucket: KV): Promise<Map<string, LaterRun>> {
    const runs = new Map<string, LaterRun>();
    const watch = await bucket.watch();
    // Nothing comes when the last one was taken out meanwhile.
    const patience = setTimeout(() => watch.stop(), READING_MS);
    try {
      for await (const { key, value, operation, delta } of watch) {
        const run = operation === 'PUT' ? this.readable(key, value) : undefined;
        if (run !== undefined) {
          runs.set(key, run);
        }
        if (delta === 0) {
          break;
        }
      }
    } finally {
      clearTimeout(patience);
      watch.stop();
    }
    return runs;
  }

  private readable(requestId: string, value: Uint8Array): LaterRun | undefined {
    try {
      return parseLaterRun(value);
    } catch (error) {
      this.logger.error({ err: error, request_id: requestId }, 'A later run makes no sense');
      return undefined;
    }
  }

  private async within<T>(work: (bucket: KV) => Promise<T>): Promise<T> {
    try {
      return await work(await new Kvm(this.connection.nats).open(LATER_RUNS_BUCKET));
    } catch (error) {
      throw new BrokerUnavailableException('The runs that begin later could not be reached', {
        cause: error,
      });
    }
  }
}
