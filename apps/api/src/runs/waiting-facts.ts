import { executorConsumer, RUN_REQUESTS } from '#contracts';
import { BrokerUnavailableException } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { ConsumerInfo } from '@nats-io/jetstream';
import { AgentCatalogue } from '../agents/agent-catalogue.js';
import type { AgentStanding } from '../agents/agent-standing.js';
import type { AliveExecutor } from '../executors/alive-executor.js';
import { ExecutorList } from '../executors/executor-list.js';
import { fromNats } from '../http/in-reach.js';
import { QueueReader } from '../queues/queue-reader.js';
import { type Place, type RequestedRun, WaitingPlace } from './waiting-place.js';

/** What NATS knows of a run's surroundings. What is not there could not be found out. */
export interface WaitingFacts {
  readonly standing: AgentStanding;
  /** Milliseconds before the second attempt; not there when the catalogue does not have the agent. */
  readonly retryDelayMs: number | undefined;
  /** Those that serve the agent and go on. */
  readonly executors: readonly AliveExecutor[] | undefined;
  /** The agent's consumer, whose places bound what runs. */
  readonly queue: ConsumerInfo | undefined;
  /** The agent's consumer of requests that go before those of the other. */
  readonly urgentQueue: ConsumerInfo | undefined;
  readonly place: Place | undefined;
}

/** Asks NATS, all at once. */
@Injectable()
export class WaitingFactFinder {
  constructor(
    private readonly catalogue: AgentCatalogue,
    private readonly executors: ExecutorList,
    private readonly queues: QueueReader,
    private readonly places: WaitingPlace,
  ) {}

  /** @throws BrokerUnavailableException before the catalogue could be read for the first time */
  async find(run: RequestedRun): Promise<WaitingFacts> {
    const { agent } = run;
    const [executors, queue, urgentQueue, place] = await Promise.all([
      known(async () => await this.executors.all()),
      known(async () => await this.queues.consumer(RUN_REQUESTS, executorConsumer(agent))),
      known(async () => await this.queues.consumer(RUN_REQUESTS, executorConsumer(agent, 'high'))),
      known(async () => await this.places.find(run)),
    ]);
    return {
      standing: this.catalogue.standingOf(agent),
      retryDelayMs: this.catalogue.find(agent)?.declaration.retryDelayMs,
      executors: executors?.filter(({ agents, is_draining }) => agents.includes(agent) && !is_draining),
      queue,
      urgentQueue,
      place,
    };
  }
}

async function known<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await fromNats('What a run waits for', work);
  } catch (error) {
    if (error instanceof BrokerUnavailableException) {
      return undefined;
    }
    throw error;
  }
}
