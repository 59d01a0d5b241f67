import { holdsSubject } from '#contracts';
import { JetStreamConnection, RetryableException } from '#jetstream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Msg, NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { BrokerContact } from './broker-contact.js';
import { HeldRuns } from './held-runs.js';

const TIMEOUT_MS = 1_000;
const UNSETTLED_RETRY_MS = 2_000;
const HELD = 'held';
const NOT_HELD = 'not held';
/** Where every executor listens; no identity is this short. */
const ANYONE = 'any';

/** Asks other executors whether they still hold a run, and answers them. */
@Injectable()
export class HolderInquiry implements OnApplicationBootstrap {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly identity: ExecutorIdentity,
    private readonly heldRuns: HeldRuns,
    private readonly contact: BrokerContact,
  ) {}

  onApplicationBootstrap(): void {
    void this.answerOnceConnected();
  }

  /**
   * Whether `executor` says that it holds the run; false when it does not answer within a second.
   * @throws RetryableException while its silence proves nothing
   */
  async isHeldBy(executor: string, requestId: string): Promise<boolean> {
    if (executor === this.identity.id) {
      return false; // the caller has just taken it, so nobody else in this process works on it
    }
    return await this.ask(holdsSubject(executor), requestId);
  }

  /**
   * Whether any other executor says that it holds the run; false when none does within a second.
   * @throws RetryableException while their silence proves nothing
   */
  async isHeldByAnyone(requestId: string): Promise<boolean> {
    return await this.ask(holdsSubject(ANYONE), `${this.identity.id} ${requestId}`);
  }

  private async ask(subject: string, question: string): Promise<boolean> {
    try {
      const answer = await this.connection.nats.request(subject, question, { timeout: TIMEOUT_MS });
      return answer.string() === HELD;
    } catch (error) {
      if (!isUnanswered(error)) {
        throw error;
      }
    }
    if (!this.contact.isSettled) {
      throw new RetryableException('The holder may not have found the broker again yet', UNSETTLED_RETRY_MS);
    }
    return false;
  }

  private async answerOnceConnected(): Promise<void> {
    const nats = await this.connection.connected();
    nats.subscribe(holdsSubject(this.identity.id), {
      callback: (_error, inquiry) => {
        inquiry.respond(this.heldRuns.holds(inquiry.string()) ? HELD : NOT_HELD);
      },
    });
    nats.subscribe(holdsSubject(ANYONE), { callback: (_error, inquiry) => this.answerIfHeld(inquiry) });
  }

  /** The asker has taken the run itself, in order to ask. */
  private answerIfHeld(inquiry: Msg): void {
    const [asker, requestId = ''] = inquiry.string().split(' ');
    if (asker !== this.identity.id && this.heldRuns.holds(requestId)) {
      inquiry.respond(HELD);
    }
  }
}

function isUnanswered(error: unknown): boolean {
  return (
    error instanceof TimeoutError ||
    error instanceof NoRespondersError ||
    (error instanceof RequestError && error.isNoResponders())
  );
}
