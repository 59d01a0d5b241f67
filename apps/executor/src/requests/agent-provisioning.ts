import {
  type AgentDeclaration,
  executorConsumer,
  requestSubject,
  RUN_PRIORITIES,
  RUN_REQUESTS,
  type RunPriority,
} from '#contracts';
import { type ConsumerDefinition, Provisioner } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AckPolicy, DeliverPolicy, ReplayPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { CataloguePublisher } from '../catalogue/catalogue-publisher.js';

/** How soon the death of an executor is noticed, in milliseconds: its leases are renewed three times as often. */
export const ACK_WAIT_MS = 15_000;

/**
 * Of the high lane: its runs take places of the normal one, which bounds them. So this one only bounds how many wait for a
 * retry before others have to wait for them.
 */
const HIGH_ACK_PENDING = 10_000;

/** Makes the broker ready for this executor's agents. */
@Injectable()
export class AgentProvisioning {
  /** By the name of the consumer. */
  private readonly createdAtMs = new Map<string, number>();

  constructor(
    private readonly provisioner: Provisioner,
    private readonly catalogue: CataloguePublisher,
  ) {}

  /**
   * Makes sure of each agent's consumers, then of the catalogue: whoever finds an agent there finds it served.
   * @throws SettingsDriftException when a consumer exists with other settings
   */
  async provision(declarations: readonly AgentDeclaration[]): Promise<void> {
    await Promise.all(
      declarations.flatMap((declaration) =>
        RUN_PRIORITIES.map(async (priority) => await this.ensureConsumer(declaration, priority)),
      ),
    );
    await this.catalogue.publish(declarations);
  }

  /** When that consumer of the agent was created, milliseconds since the epoch. */
  consumingSinceMs(agent: string, priority: RunPriority = 'normal'): number {
    return this.createdAtMs.get(executorConsumer(agent, priority)) ?? Infinity;
  }

  /** A new value of the agent's concurrency is what its author asked for, so it is applied; anything else is drift. */
  private async ensureConsumer(
    { name, concurrency }: AgentDeclaration,
    priority: RunPriority,
  ): Promise<void> {
    const durable = executorConsumer(name, priority);
    const definition: ConsumerDefinition = {
      durable_name: durable,
      filter_subject: requestSubject(name, priority),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      max_deliver: -1,
      max_ack_pending: priority === 'high' ? HIGH_ACK_PENDING : concurrency,
    };
    const createdAt = await this.provisioner.ensureConsumer(RUN_REQUESTS, definition, ['max_ack_pending']);
    this.createdAtMs.set(durable, createdAt.getTime());
  }
}
