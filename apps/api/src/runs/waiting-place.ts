import { setTimeout as delay } from 'node:timers/promises';
import { requestSubject, RUN_PRIORITIES, RUN_REQUESTS, type RunPriority } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection, StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type StoredMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** Of the consumer that counts. One name, because api may make just this one: others are those of executors. */
const COUNTER = 'api-place';
/** Goes by itself after this, when it could not be taken away. */
const COUNTER_KEPT_MS = 5_000;
const COUNTING_MS = 2_000;
const TRY_AGAIN_MS = 50;
/** The clock of the row is the broker's own, but a row has milliseconds only. */
const SAME_INSTANT_MS = 2;
/** `storedRequestId`: the request has no id of its own and is named after its place in the stream. */
const PLACE_PATTERN = /^req-(\d{1,15})-[a-z0-9]+$/;

/** A run whose request is looked for. */
export interface RequestedRun {
  readonly agent: string;
  readonly requestId: string;
  /** ISO 8601, when the broker stored its request. */
  readonly requestedAt: string;
}

/** Where a request is. */
export interface Place {
  readonly priority: RunPriority;
  readonly sequence: number;
  /** Requests of the agent and of that priority from this one on, this one included. */
  readonly andFollowing: number;
}

/** Finds where a request stands in the queue of its agent, by when it was stored. */
@Injectable()
export class WaitingPlace {
  private counting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly reader: StreamReader,
  ) {}

  /**
   * Nothing when the stream does not have it any more.
   * @throws BrokerUnavailableException
   */
  async find(run: RequestedRun): Promise<Place | undefined> {
    for (const priority of RUN_PRIORITIES) {
      const place = await this.findAmong(priority, run);
      if (place !== undefined) {
        return place;
      }
    }
    return undefined;
  }

  private async findAmong(priority: RunPriority, run: RequestedRun): Promise<Place | undefined> {
    const subject = requestSubject(run.agent, priority);
    const { firstSequence, following } = await this.count(subject, run);
    const latestMs = Date.parse(run.requestedAt) + SAME_INSTANT_MS;
    let sequence = firstSequence;
    for (let passed = 0; passed < following; passed += 1) {
      const message = await this.reader.next(RUN_REQUESTS, subject, sequence);
      if (message === undefined || message.time.getTime() > latestMs) {
        return undefined;
      }
      if (isRequestOf(message, run)) {
        return { priority, sequence: message.seq, andFollowing: following - passed };
      }
      sequence = message.seq + 1;
    }
    return undefined;
  }

  /** One after the other: they share a name. */
  private async count(
    subject: string,
    run: RequestedRun,
  ): Promise<{ firstSequence: number; following: number }> {
    const counted = this.counting.then(async () => await this.countNow(subject, run));
    this.counting = counted.catch(() => undefined);
    return await counted;
  }

  /** A consumer that nobody reads: the broker says how many messages it would have. */
  private async countNow(
    subject: string,
    { requestedAt }: RequestedRun,
  ): Promise<{ firstSequence: number; following: number }> {
    const deadline = performance.now() + COUNTING_MS;
    for (;;) {
      try {
        const manager = await this.connection.manager();
        const info = await manager.consumers.add(RUN_REQUESTS, {
          name: COUNTER,
          filter_subject: subject,
          ack_policy: AckPolicy.None,
          deliver_policy: DeliverPolicy.StartTime,
          opt_start_time: new Date(Date.parse(requestedAt) - 1).toISOString(),
          inactive_threshold: nanos(COUNTER_KEPT_MS),
          mem_storage: true,
        });
        await manager.consumers.delete(RUN_REQUESTS, COUNTER).catch(() => undefined);
        return { firstSequence: info.delivered.stream_seq + 1, following: info.num_pending };
      } catch (error) {
        // Another api is counting just now.
        if (!(error instanceof JetStreamApiError) || performance.now() > deadline) {
          throw new BrokerUnavailableException('The place of a request is not known', { cause: error });
        }
        await delay(TRY_AGAIN_MS);
      }
    }
  }
}

/** How many requests the consumer of that lane has to give out before the one at the place; nothing when it has given it out. */
export function aheadOf({ sequence, andFollowing }: Place, queue: ConsumerInfo): number | undefined {
  return queue.delivered.stream_seq >= sequence ? undefined : Math.max(0, queue.num_pending - andFollowing);
}

function isRequestOf(message: StoredMsg, { requestId }: RequestedRun): boolean {
  const ownSequence = Number(PLACE_PATTERN.exec(requestId)?.[1] ?? 0);
  return message.seq === ownSequence || message.header.get('Nats-Msg-Id') === requestId;
}
