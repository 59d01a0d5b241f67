import { holdsSubject } from '#contracts';
import { JetStreamConnection } from '#jetstream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { HeldRuns } from './held-runs.js';

const TIMEOUT_MS = 1_000;
const HELD = 'held';
const NOT_HELD = 'not held';

/** Asks other executors whether they still hold a run, and answers them. */
@Injectable()
export class HolderInquiry implements OnApplicationBootstrap {
  constructor(
    private readonly connection: JetStreamConnection,
    private readonly identity: ExecutorIdentity,
    private readonly heldRuns: HeldRuns,
  ) {}

  onApplicationBootstrap(): void {
    void this.answerOnceConnected();
  }

  /** Whether `executor` says that it holds the run; false when it does not answer within a second. */
  async isHeldBy(executor: string, requestId: string): Promise<boolean> {
    if (executor === this.identity.id) {
      return false; // the caller has just taken it, so nobody else in this process works on it
    }
    try {
      const answer = await this.connection.nats.request(holdsSubject(executor), requestId, {
        timeout: TIMEOUT_MS,
      });
      return answer.string() === HELD;
    } catch (error) {
      if (isUnanswered(error)) {
        return false;
      }
      throw error;
    }
  }

  private async answerOnceConnected(): Promise<void> {
    const nats = await this.connection.connected();
    nats.subscribe(holdsSubject(this.identity.id), {
      callback: (_error, inquiry) => {
        inquiry.respond(this.heldRuns.holds(inquiry.string()) ? HELD : NOT_HELD);
      },
    });
  }
}

function isUnanswered(error: unknown): boolean {
  return (
    error instanceof TimeoutError ||
    error instanceof NoRespondersError ||
    (error instanceof RequestError && error.isNoResponders())
  );
}
