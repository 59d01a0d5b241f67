import { randomUUIDv7 } from 'node:crypto';
import {
  assertRequestId,
  ContractViolation,
  requestSubject,
  RUN_REQUESTS,
  RunRequest,
  validateContract,
} from '#contracts';
import { Publisher, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { KnownAgents } from '../agents/known-agents.js';
import { fromNats } from '../http/in-reach.js';

/** What is asked for. */
export interface WantedRun {
  readonly agent: string;
  readonly request: Partial<RunRequest>;
  /** The caller's `Idempotency-Key`: becomes the request_id. */
  readonly key?: string | undefined;
}

/** A request that NATS has. */
export interface TakenRun {
  readonly requestId: string;
  /** It had been asked for before; nothing was added. */
  readonly isRepeated: boolean;
}

/** Asks for runs. */
@Injectable()
export class RunStarter {
  constructor(
    private readonly agents: KnownAgents,
    private readonly publisher: Publisher,
    private readonly reader: StreamReader,
  ) {}

  /**
   * @throws NotFoundException when no executor serves the agent
   * @throws ContractViolation when the key is none, or stands for another run
   * @throws BrokerUnavailableException, StreamFullException when nothing is kept
   */
  async start({ agent, request, key }: WantedRun): Promise<TakenRun> {
    if (key !== undefined) {
      assertRequestId(key, 'Idempotency-Key');
    }
    await fromNats('The catalogue', async () => await this.agents.assertKnown(agent));
    const requestId = key ?? randomUUIDv7();
    const body = JSON.stringify(validateContract(RunRequest, { ...request, trigger: 'api' }));
    const ack = await this.publisher.publish(requestSubject(agent), body, { messageId: requestId });
    if (ack.duplicate) {
      await this.assertSame(ack.seq, requestSubject(agent), body);
    }
    return { requestId, isRepeated: ack.duplicate };
  }

  private async assertSame(sequence: number, subject: string, body: string): Promise<void> {
    const stored = await fromNats('The request', async () => await this.reader.at(RUN_REQUESTS, sequence));
    if (stored !== undefined && (stored.subject !== subject || stored.string() !== body)) {
      const message = 'Idempotency-Key was used for another run';
      throw new ContractViolation([{ field: 'Idempotency-Key', message }]);
    }
  }
}
