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
import { type KV, Kvm } from '@nats-io/kv';
import { CommandServer } from '../commands/command-server.js';
import { RunEnding } from './run-ending.js';
import { RunLookup } from './run-lookup.js';

/** `commands.runs.cancel` */
@Injectable()
export class CancelCommand implements OnModuleInit {
  private readonly logger = new Logger(CancelCommand.name);

  constructor(
    private readonly commands: CommandServer,
    private readonly connection: JetStreamConnection,
    private readonly lookup: RunLookup,
    private readonly ending: RunEnding,
  ) {}

  onModuleInit(): void {
    this.commands.serve(
      COMMAND_SUBJECTS.cancelRun,
      (plain) => validateContract(CancelRun, plain),
      async (command) => await this.cancel(command),
    );
  }

  /** First the fact is stored, then the run is ended: whatever happens in between, it will end. */
  private async cancel({ request_id: requestId, by }: CancelRun): Promise<CancelRunAnswer> {
    const run = await this.lookup.find(requestId);
    if (run.isFinal) {
      return { request_id: requestId, status: run.status };
    }
    const bucket = await this.open();
    const cancellation = await stored(bucket, requestId, by);
    const ended = await this.ending.end(run, cancellation);
    this.logger.log({ requestId, by, outcome: ended === 'running' ? ended : 'ended' }, 'A run was cancelled');
    if (ended === 'running' || !ended.isFinal) {
      return { request_id: requestId, status: 'running' };
    }
    if (ended.wasHeld) {
      await bucket.delete(requestId).catch(() => undefined); // it was over before; it expires anyway
    }
    return { request_id: requestId, status: ended.status };
  }

  private async open(): Promise<KV> {
    return await new Kvm(this.connection.nats).open(CANCELS_BUCKET);
  }
}

/** The first request to cancel counts. */
async function stored(bucket: KV, requestId: string, by: string | undefined): Promise<Cancellation> {
  try {
    const found = await bucket.get(requestId);
    if (found?.operation === 'PUT') {
      return parseCancellation(found.value);
    }
    const cancellation = Object.assign(new Cancellation(), {
      requested_at: new Date().toISOString(),
      ...(by !== undefined && { by }),
    });
    await bucket.put(requestId, JSON.stringify(cancellation));
    return cancellation;
  } catch (error) {
    throw new BrokerUnavailableException('The cancellation could not be stored', { cause: error });
  }
}
