import {
  type AgentDeclaration,
  executorConsumer,
  placeId,
  requestSubject,
  RUN_REQUESTS,
  URGENT_SUBJECTS,
} from '#contracts';
import { JetStreamConnection, JetStreamServer, Publisher } from '#jetstream';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { JetStreamManager } from '@nats-io/jetstream';
import { HighLane } from './high-lane.js';
import type { LaneAccess, LaneCounts } from './lane-counts.js';

/** All lanes are looked at this often: what is published is heard of, but nobody promises that. */
const LOOK_AT_ALL_MS = 60_000;

/** The lanes of high priority of this executor's agents. */
@Injectable()
export class HighLanes implements OnModuleDestroy {
  private readonly logger = new Logger(HighLanes.name);
  /** By the subject of their requests. */
  private readonly lanes = new Map<string, { readonly agent: string; readonly lane: HighLane }>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly connection: JetStreamConnection,
    private readonly server: JetStreamServer,
    private readonly publisher: Publisher,
  ) {
    connection.onReconnect(() => this.lookAtAll());
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.lanes.forEach(({ lane }) => lane.close());
  }

  /** The lane of an agent whose consumers this process serves. */
  open(declaration: AgentDeclaration): HighLane {
    const { name: agent } = declaration;
    const lane = new HighLane(agent, this.accessOf(declaration));
    this.lanes.set(requestSubject(agent, 'high'), { agent, lane });
    return lane;
  }

  /** Listens from now on, and looks for what is there already. */
  async begin(): Promise<void> {
    const nats = await this.connection.connected();
    nats.subscribe(URGENT_SUBJECTS, {
      callback: (_error, { subject }) => this.lanes.get(subject)?.lane.hear(),
    });
    this.timer = setInterval(() => this.lookAtAll(), LOOK_AT_ALL_MS).unref();
    this.lookAtAll();
  }

  private lookAtAll(): void {
    this.looking ??= this.lookAtEach().finally(() => {
      this.looking = undefined;
    });
  }

  /** One after the other: there may be many, and mostly all are empty. */
  private async lookAtEach(): Promise<void> {
    try {
      const manager = await this.connection.manager();
      for (const { agent, lane } of this.lanes.values()) {
        const high = await manager.consumers.info(RUN_REQUESTS, executorConsumer(agent, 'high'));
        if (high.num_pending + high.num_ack_pending > 0) {
          lane.hear();
        }
      }
    } catch (error) {
      this.logger.debug({ err: error }, 'Not all lanes could be looked at');
    }
  }

  private accessOf({ name: agent, concurrency }: AgentDeclaration): LaneAccess {
    const normal = executorConsumer(agent);
    const high = executorConsumer(agent, 'high');
    return {
      limit: concurrency,
      count: async () => await countBoth(await this.connection.manager(), normal, high),
      isOpen: () => !this.server.isPaused(normal) && !this.server.closing.aborted,
      runOne: async () => await this.server.handleOne(high),
      makePlace: async (reason) => {
        await this.publisher.publish(requestSubject(agent), '', { messageId: placeId(agent, reason) });
      },
    };
  }
}

async function countBoth(manager: JetStreamManager, normal: string, high: string): Promise<LaneCounts> {
  const [others, urgent] = await Promise.all([
    manager.consumers.info(RUN_REQUESTS, normal),
    manager.consumers.info(RUN_REQUESTS, high),
  ]);
  return {
    pending: urgent.num_pending,
    unsettled: urgent.num_ack_pending,
    delivered: urgent.delivered.consumer_seq,
    normalPending: others.num_pending,
    placesTaken: others.num_ack_pending,
  };
}
