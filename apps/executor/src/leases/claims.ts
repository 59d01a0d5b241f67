import {
  type AnyRunEvent,
  AttemptFailed,
  eventSubject,
  isFinal,
  type ParsedRequest,
  readRunEvent,
  RunFailed,
  type RunLogged,
  type RunProgress,
  RunStarted,
} from '#contracts';
import { type JetStreamMessage, RetryableException } from '#jetstream';
import { Injectable, Logger } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import { EventAppender } from '../journal/event-appender.js';
import { BrokerContact } from './broker-contact.js';
import { type Decision, Decisions } from './decisions.js';
import { HolderInquiry } from './holder-inquiry.js';
import type { Lease } from './lease.js';

const HELD_RETRY_MS = 5_000;

/** What the run's subject says about the attempts before. */
interface Past {
  readonly attempt: number;
  readonly charged: number;
  readonly lastSequence: number;
  /** Who had the last attempt, and since when (ISO 8601), if that is known. */
  readonly lost?: Pick<RunStarted, 'executor' | 'started_at'>;
}

export interface ClaimTerms {
  readonly attemptLimit: number;
  readonly consumingSinceMs: number;
  readonly isPostponed: boolean;
}

const NO_PAST: Past = { attempt: 0, charged: 0, lastSequence: 0 };

/** Decides whether this executor may run a request, and as which attempt. */
@Injectable()
export class Claims {
  private readonly logger = new Logger(Claims.name);

  constructor(
    private readonly appender: EventAppender,
    private readonly holders: HolderInquiry,
    private readonly identity: ExecutorIdentity,
    private readonly contact: BrokerContact,
    private readonly decisions: Decisions,
  ) {}

  /**
   * A first delivery runs at once, without asking anybody. A redelivered request is claimed first, by an event that
   * only one executor can place; so is one that is older than its consumer, because somebody may have decided it, and
   * one from before an outage of the broker, which may have forgotten that it had delivered it.
   * @param attemptLimit attempts that may be charged in all
   * @param consumingSinceMs when the agent's consumer was created, milliseconds since the epoch
   * @param isPostponed whether `postpone` was called for it
   * @returns nothing when the run is decided
   * @throws RetryableException when another executor holds the run
   * @throws LeaseLostException when another executor claims it at the same time
   */
  async claim(
    message: JetStreamMessage,
    request: ParsedRequest,
    { attemptLimit, consumingSinceMs, isPostponed }: ClaimTerms,
  ): Promise<Lease | undefined> {
    const trustedSinceMs = Math.max(consumingSinceMs, this.contact.returnedAtMs);
    if (message.deliveryCount === 1 && message.storedAtMs >= trustedSinceMs && !isPostponed) {
      return firstLease(request);
    }
    const past = await this.pastOf(request, message.deliveryCount);
    if (past === 'decided') {
      return undefined;
    }
    if (past === 'untouched') {
      return firstLease(request);
    }
    if (past.charged >= attemptLimit) {
      await this.giveUp(request, past);
      return undefined;
    }
    return await this.start(request, past);
  }

  /**
   * Writes down that a run which was delivered for the first time has not begun and waits: else a redelivery would pass for
   * the work of a process that died. Of any other run its events, or their absence, say already what there is to know.
   */
  async postpone(message: JetStreamMessage, { agent, requestId, origin }: ParsedRequest): Promise<void> {
    if (message.deliveryCount > 1) {
      return;
    }
    const now = new Date().toISOString();
    const postponed = Object.assign(new AttemptFailed(), {
      agent,
      request_id: requestId,
      attempt: 1,
      origin,
      executor: this.identity.id,
      reason: 'drain' as const,
      error: 'It has not begun: requests of high priority went first',
      at: now,
      finished_at: now,
      charged: 0,
    });
    try {
      await this.appender.append(postponed, 0);
    } catch (error) {
      this.logger.debug({ err: error, requestId }, 'That a run waits was not written down');
    }
  }

  private async pastOf(
    request: ParsedRequest,
    deliveryCount: number,
  ): Promise<Past | 'decided' | 'untouched'> {
    const subject = eventSubject(request.requestId);
    await this.contact.settled();
    const last = await this.appender.last(subject);
    if (last === undefined) {
      return deliveryCount === 1
        ? await this.pastOfUndelivered(request)
        : await this.loseUnannounced(request);
    }
    const event = readRunEvent(last);
    if (event === undefined) {
      return await this.loseUnreadable(request, deliveryCount, last.seq);
    }
    if (isFinal(event)) {
      return 'decided';
    }
    return event.type === 'attempt_failed'
      ? { attempt: event.attempt, charged: event.charged, lastSequence: last.seq }
      : await this.lose(event, last.seq);
  }

  /** Nobody is known to have had it. If nobody else can be asked, the claim decides who runs it. */
  private async pastOfUndelivered({ requestId }: ParsedRequest): Promise<Past | 'decided' | 'untouched'> {
    switch (known(await this.decisions.ofUndelivered(requestId))) {
      case 'decided':
        return 'decided';
      case 'open':
        return 'untouched';
      case 'silence':
        return NO_PAST;
    }
  }

  /** Somebody had it and left no word on its subject: it holds it for a moment only, ended it in a pack, or died. */
  private async loseUnannounced({ requestId }: ParsedRequest): Promise<Past | 'decided'> {
    if (await this.holders.isHeldByAnyone(requestId)) {
      throw new RetryableException('Another executor holds the run', HELD_RETRY_MS);
    }
    const isDecided = known(await this.decisions.ofDelivered(requestId)) === 'decided';
    return isDecided ? 'decided' : { attempt: 1, charged: 1, lastSequence: 0 };
  }

  /** What stands on the run's subject is no event, so it says neither who holds the run nor which attempt it was. */
  private async loseUnreadable(
    { requestId }: ParsedRequest,
    deliveryCount: number,
    lastSequence: number,
  ): Promise<Past> {
    if (await this.holders.isHeldByAnyone(requestId)) {
      throw new RetryableException('Another executor holds the run', HELD_RETRY_MS);
    }
    return { attempt: deliveryCount - 1, charged: deliveryCount - 1, lastSequence };
  }

  /** Ends the attempt of an executor that no longer has it. Placing that event is the claim: only one can. */
  private async lose(started: RunStarted | RunProgress | RunLogged, sequence: number): Promise<Past> {
    if (await this.holders.isHeldBy(started.executor, started.request_id)) {
      throw new RetryableException(`Executor ${started.executor} holds the run`, HELD_RETRY_MS);
    }
    const charged = started.charged + 1;
    const now = new Date().toISOString();
    const lost: AnyRunEvent = Object.assign(new AttemptFailed(), {
      agent: started.agent,
      request_id: started.request_id,
      attempt: started.attempt,
      origin: started.origin,
      executor: started.executor,
      started_at: started.started_at,
      reason: 'lost' as const,
      error: `Executor ${started.executor} was lost`,
      at: now,
      finished_at: now,
      charged,
    });
    const lastSequence = await this.appender.append(lost, sequence);
    this.logger.warn({ requestId: started.request_id, executor: started.executor }, 'An attempt was lost');
    const { attempt, executor, started_at } = started;
    return { attempt, charged, lastSequence, lost: { executor, started_at } };
  }

  private async start({ agent, requestId, ...rest }: ParsedRequest, past: Past): Promise<Lease> {
    const attempt = past.attempt + 1;
    const claimedAt = new Date().toISOString();
    const started = Object.assign(new RunStarted(), {
      agent,
      request_id: requestId,
      attempt,
      origin: rest.origin,
      at: claimedAt,
      started_at: claimedAt,
      executor: this.identity.id,
      charged: past.charged,
    });
    const lastSequence = await this.appender.append(started, past.lastSequence);
    return { agent, requestId, ...rest, attempt, charged: past.charged, lastSequence, claimedAt };
  }

  private async giveUp({ agent, requestId, origin }: ParsedRequest, past: Past): Promise<void> {
    const now = new Date().toISOString();
    const failed = Object.assign(new RunFailed(), {
      agent,
      request_id: requestId,
      attempt: past.attempt,
      origin,
      reason: 'lost' as const,
      error: `The executor was lost in the last of ${past.charged} attempts`,
      at: now,
      finished_at: now,
      metrics: {},
      ...past.lost,
    });
    await this.appender.append(failed, past.lastSequence);
  }
}

/** The right to a run that nobody else can have: nothing is published for it. */
function firstLease(request: ParsedRequest): Lease {
  return { ...request, attempt: 1, charged: 0, lastSequence: 0, claimedAt: undefined };
}

/** @throws RetryableException when it can't be known now */
function known(decision: Decision): Exclude<Decision, 'unknown'> {
  if (decision === 'unknown') {
    throw new RetryableException('Whether the run is over is not known yet', HELD_RETRY_MS);
  }
  return decision;
}
