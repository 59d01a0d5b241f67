import { randomUUIDv7 } from 'node:crypto';
import {
  assertRequestId,
  ContractViolation,
  requestSubject,
  RUN_REQUESTS,
  type RunPriority,
  RunRequest,
  validateContract,
} from '#contracts';
import { Publisher, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { KnownAgents } from '../agents/known-agents.js';
import { fromNats } from '../http/in-reach.js';
import { LaterStarts } from './later-starts.js';

/** What is asked for. */
export interface WantedRun {
  readonly agent: string;
  readonly request: Partial<RunRequest>;
  /** The caller's `Idempotency-Key`: becomes the request_id. */
  readonly key?: string | undefined;
  /** `normal` when absent. */
  readonly priority?: RunPriority | undefined;
  /** ISO 8601: when it is to begin; at once when absent or over. */
  readonly runAt?: string | null | undefined;
  /** Who asks for it, for people. */
  readonly by?: string | undefined;
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
    private readonly later: LaterStarts,
  ) {}

  /**
   * @throws NotFoundException when no executor serves the agent
   * @throws ContractViolation when the key is none, or stands for another run
   * @throws BrokerUnavailableException, StreamFullException when nothing is kept
   */
  async start({ agent, request, key, priority = 'normal', runAt, by }: WantedRun): Promise<TakenRun> {
    if (key !== undefined) {
      assertRequestId(key, 'Idempotency-Key');
    }
    await fromNats('The catalogue', async () => await this.agents.assertKnown(agent));
    const requestId = key ?? randomUUIDv7();
    const scheduled = runAt == null ? {} : { scheduled_for: new Date(runAt).toISOString() };
    const wanted = validateContract(RunRequest, { ...request, ...scheduled, trigger: 'api' });
    if (runAt != null) {
      const start = {
        requestId,
        isNewId: key === undefined,
        agent,
        priority,
        request: wanted,
        by,
      };
      const taken = await this.later.take(start);
      if (taken !== 'due') {
        return { requestId, isRepeated: taken === 'repeated' };
      }
    }
    if (runAt == null && key !== undefined) {
      await this.later.refuseWaiting(key);
    }
    const body = JSON.stringify(wanted);
    const subject = requestSubject(agent, priority);
    const ack = await this.publisher.publish(subject, body, { messageId: requestId });
    if (ack.duplicate) {
      await this.assertSame(ack.seq, subject, body);
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
