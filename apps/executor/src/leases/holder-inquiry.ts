import { ANY_EXECUTOR, anyoneHolds, HELD, holdsSubject, NOT_HELD, parseAnyoneHolds } from '#contracts';
import { ask, JetStreamConnection } from '#jetstream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Msg } from '@nats-io/transport-node';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { HeldRuns } from './held-runs.js';

const TIMEOUT_MS = 1_000;

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
    return await this.ask(holdsSubject(executor), requestId);
  }

  /** Whether any other executor says that it holds the run; false when none does within a second. */
  async isHeldByAnyone(requestId: string): Promise<boolean> {
    return await this.ask(holdsSubject(ANY_EXECUTOR), anyoneHolds(this.identity.id, requestId));
  }

  private async ask(subject: string, question: string): Promise<boolean> {
    return (await ask(this.connection.nats, subject, question, TIMEOUT_MS)) === HELD;
  }

  private async answerOnceConnected(): Promise<void> {
    const nats = await this.connection.connected();
    nats.subscribe(holdsSubject(this.identity.id), {
      callback: (_error, inquiry) => {
        inquiry.respond(this.heldRuns.holds(inquiry.string()) ? HELD : NOT_HELD);
      },
    });
    nats.subscribe(holdsSubject(ANY_EXECUTOR), { callback: (_error, inquiry) => this.answerIfHeld(inquiry) });
  }

  /** The asker has taken the run itself, in order to ask. */
  private answerIfHeld(inquiry: Msg): void {
    const { asker, requestId } = parseAnyoneHolds(inquiry.string());
    if (asker !== this.identity.id && this.heldRuns.holds(requestId)) {
      inquiry.respond(HELD);
    }
  }
}
