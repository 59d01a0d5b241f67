import { setTimeout as delay } from 'node:timers/promises';
import { type Cancellation, eventSubject, unheldRunCancelled } from '#contracts';
import { Publisher, WrongLastSequenceException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { LaterRunStore } from '../later-runs/later-run-store.js';
import type { FoundRun, OpenRun } from './found-run.js';
import { PackedEnds } from './packed-ends.js';
import { RunHolders } from './run-holders.js';
import { RunLookup } from './run-lookup.js';

/** How long the outcome is waited for, when an executor has to bring it about. */
const OUTCOME_MS = 1_000;
const POLL_MS = 25;

/** Brings a cancelled run to its end: by its executor if it has one, otherwise by itself. */
@Injectable()
export class RunEnding {
  constructor(
    private readonly lookup: RunLookup,
    private readonly holders: RunHolders,
    private readonly packedEnds: PackedEnds,
    private readonly publisher: Publisher,
    private readonly laterRuns: LaterRunStore,
  ) {}

  /**
   * Resolves with the final run, or with the open one when its executor has the word and its agent takes its time.
   * @param run whose cancellation is stored already
   * @throws BrokerUnavailableException when the broker does not answer; the cancellation holds all the same
   */
  async end(run: OpenRun, cancellation: Cancellation): Promise<FoundRun> {
    const ended = await this.untilOver(run, cancellation);
    if (run.notBefore !== undefined && ended.isFinal) {
      await this.laterRuns.remove(run.requestId);
    }
    return ended;
  }

  private async untilOver(run: OpenRun, cancellation: Cancellation): Promise<FoundRun> {
    const deadline = Date.now() + OUTCOME_MS;
    for (let now: FoundRun = run; ; now = await this.lookup.again(run)) {
      if (now.isFinal) {
        return now;
      }
      if (await this.isHeld(now)) {
        if (Date.now() > deadline) {
          return now;
        }
        await delay(POLL_MS);
      } else {
        const end = (await this.packedEnd(now)) ?? (await this.publishEnd(now, cancellation));
        if (end !== undefined) {
          return end;
        }
      }
    }
  }

  private async packedEnd({ requestId, lastSequence }: OpenRun): Promise<FoundRun | undefined> {
    return lastSequence === 0 ? await this.packedEnds.of(requestId) : undefined;
  }

  private async isHeld({ holder, requestId }: OpenRun): Promise<boolean> {
    if (holder === 'nobody') {
      return false;
    }
    return holder === 'unknown'
      ? await this.holders.isHeldByAnyone(requestId)
      : await this.holders.isHeldBy(holder.executor, requestId);
  }

  /** Nothing when somebody else has added an event meanwhile. */
  private async publishEnd(run: OpenRun, cancellation: Cancellation): Promise<FoundRun | undefined> {
    const { requestId, lastSequence } = run;
    const event = unheldRunCancelled(run, cancellation);
    const options = {
      messageId: `${requestId}:cancelled:${lastSequence}`,
      expectedLastSubjectSequence: lastSequence,
    };
    try {
      await this.publisher.publish(eventSubject(requestId), JSON.stringify(event), options);
      return { isFinal: true, status: 'cancelled', wasHeld: false };
    } catch (error) {
      if (error instanceof WrongLastSequenceException) {
        return undefined;
      }
      throw error;
    }
  }
}
