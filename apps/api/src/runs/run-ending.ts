import { setTimeout as delay } from 'node:timers/promises';
import {
  ANY_EXECUTOR,
  anyoneHolds,
  type Cancellation,
  eventSubject,
  HELD,
  holdsSubject,
  unheldRunCancelled,
} from '#contracts';
import { ask, JetStreamConnection, Publisher, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { FoundRun, OpenRun } from './found-run.js';
import { RunLookup } from './run-lookup.js';

/** How long an executor has to say that it works on a run; one that does not is fenced. */
const HOLDER_MS = 1_000;
/** Only those who do answer when all are asked, so that silence is waited for. */
const ANYONE_MS = 250;
/** How long the outcome is waited for, when an executor has to bring it about. */
const OUTCOME_MS = 1_000;
const POLL_MS = 25;
const ASKER = 'api';

/** Brings a cancelled run to its end: by its executor if it has one, otherwise by itself. */
@Injectable()
export class RunEnding {
  constructor(
    private readonly lookup: RunLookup,
    private readonly connection: JetStreamConnection,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Resolves with the run's final state, or without it when its executor has the word and its agent takes its time.
   * @param run whose cancellation is stored already
   * @throws BrokerUnavailableException when the broker does not answer; the cancellation holds all the same
   */
  async end(run: OpenRun, cancellation: Cancellation): Promise<FoundRun | 'running'> {
    const deadline = Date.now() + OUTCOME_MS;
    for (let now: FoundRun = run; ; now = await this.lookup.again(run)) {
      if (now.isFinal) {
        return now;
      }
      if (await this.isHeld(now)) {
        if (Date.now() > deadline) {
          return 'running';
        }
        await delay(POLL_MS);
      } else if (await this.publishEnd(now, cancellation)) {
        return { isFinal: true, status: 'cancelled', wasHeld: false };
      }
    }
  }

  private async isHeld({ holder, requestId }: OpenRun): Promise<boolean> {
    if (holder === 'nobody') {
      return false;
    }
    const { nats } = this.connection;
    const answer =
      holder === 'unknown'
        ? await ask(nats, holdsSubject(ANY_EXECUTOR), anyoneHolds(ASKER, requestId), ANYONE_MS)
        : await ask(nats, holdsSubject(holder.executor), requestId, HOLDER_MS);
    return answer === HELD;
  }

  /** @returns false when somebody else has added an event meanwhile */
  private async publishEnd(run: OpenRun, cancellation: Cancellation): Promise<boolean> {
    const { requestId, lastSequence } = run;
    const event = unheldRunCancelled(run, cancellation);
    const options = {
      messageId: `${requestId}:cancelled:${lastSequence}`,
      expectedLastSubjectSequence: lastSequence,
    };
    try {
      await this.publisher.publish(eventSubject(requestId), JSON.stringify(event), options);
      return true;
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return false;
      }
      throw error;
    }
  }
}
