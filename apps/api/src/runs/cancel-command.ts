import {
  Cancellation,
  CancelRun,
  type CancelRunAnswer,
  CANCELS_BUCKET,
  COMMAND_SUBJECTS,
  parseCancellation,
  validateContract,
} from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { CommandServer } from '../commands/command-server.js';
import type { FoundRun } from './found-run.js';
import { RunEnding } from './run-ending.js';
import { RunHolders } from './run-holders.js';
import { RunLookup } from './run-lookup.js';

const CHANGED_MEANWHILE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);

/** `commands.runs.cancel` */
@Injectable()
export class CancelCommand implements OnModuleInit {
  private readonly logger = new Logger(CancelCommand.name);

  constructor(
    private readonly commands: CommandServer,
    private readonly connection: JetStreamConnection,
    private readonly lookup: RunLookup,
    private readonly holders: RunHolders,
    private readonly ending: RunEnding,
  ) {}

  onModuleInit(): void {
    this.commands.serve(
      COMMAND_SUBJECTS.cancelRun,
      (plain) => validateContract(CancelRun, plain),
      async (command) => await this.cancel(command),
    );
  }

  /**
   * First the fact is stored, then the run is ended: whatever happens in between, it will end.
   * @throws NotFoundException, BrokerUnavailableException, or what Postgres throws
   */
  async cancel({ request_id: requestId, by }: CancelRun): Promise<CancelRunAnswer> {
    const lookup = this.lookup.find(requestId);
    if (!(await this.isHeldNow(requestId, lookup)) && (await lookup).isFinal) {
      return answerOf(requestId, await lookup);
    }
    const bucket = await this.open();
    const cancellation = await stored(bucket, requestId, by);
    const run = await lookup;
    const ended = run.isFinal ? run : await this.ending.end(run, cancellation);
    if (ended.isFinal && ended.wasHeld) {
      await bucket.delete(requestId).catch(() => undefined); // its request does not come again; it expires anyway
    }
    const answer = answerOf(requestId, ended);
    this.logger.log({ ...answer, by }, 'A run was to be cancelled');
    return answer;
  }

  /** To look a run up takes longer than to hear of an executor that works on it, and that one should know soon. */
  private async isHeldNow(requestId: string, lookup: Promise<unknown>): Promise<boolean> {
    const isHeld = this.holders.isHeldByAnyone(requestId);
    const held = Promise.withResolvers<boolean>();
    isHeld.then((is) => is && held.resolve(true), held.reject);
    return await Promise.race([held.promise, lookup.then(() => false)]);
  }

  private async open(): Promise<KV> {
    return await new Kvm(this.connection.nats).open(CANCELS_BUCKET);
  }
}

function answerOf(requestId: string, run: FoundRun): CancelRunAnswer {
  return { request_id: requestId, status: run.isFinal ? run.status : 'running' };
}

/** The first request to cancel counts, as long as the run is not over. */
async function stored(bucket: KV, requestId: string, by: string | undefined): Promise<Cancellation> {
  const cancellation = Object.assign(new Cancellation(), {
    requested_at: new Date().toISOString(),
    ...(by !== undefined && { by }),
  });
  try {
    for (;;) {
      const found = await bucket.get(requestId);
      if (found?.operation === 'PUT') {
        return parseCancellation(found.value);
      }
      if (await isCreated(bucket, requestId, cancellation)) {
        return cancellation;
      }
    }
  } catch (error) {
    throw new BrokerUnavailableException('The cancellation could not be stored', { cause: error });
  }
}

/** @returns false when somebody else has changed the key at the same time: another caller, or an executor that is done */
async function isCreated(bucket: KV, requestId: string, cancellation: Cancellation): Promise<boolean> {
  try {
    await bucket.create(requestId, JSON.stringify(cancellation));
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && CHANGED_MEANWHILE.has(error.code)) {
      return false;
    }
    throw error;
  }
}
