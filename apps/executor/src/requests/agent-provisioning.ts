import { type AgentDeclaration, executorConsumer, requestSubject, RUN_REQUESTS } from '#contracts';
import { type ConsumerDefinition, Provisioner } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { AckPolicy, DeliverPolicy, ReplayPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { CataloguePublisher } from '../catalogue/catalogue-publisher.js';

/** How soon the death of an executor is noticed, in milliseconds: its leases are renewed three times as often. */
export const ACK_WAIT_MS = 15_000;

/** Makes the broker ready for this executor's agents. */
@Injectable()
export class AgentProvisioning {
  private readonly createdAtMs = new Map<string, number>();

  constructor(
    private readonly provisioner: Provisioner,
    private readonly catalogue: CataloguePublisher,
  ) {}

  /**
   * Makes sure of each agent's consumer, then of the catalogue: whoever finds an agent there finds it served.
   * @throws SettingsDriftException when a consumer exists with other settings
   */
  async provision(declarations: readonly AgentDeclaration[]): Promise<void> {
    await Promise.all(declarations.map(async (declaration) => await this.ensureConsumer(declaration)));
    await this.catalogue.publish(declarations);
  }

  /** When the agent's consumer was created, milliseconds since the epoch. */
  consumingSinceMs(agent: string): number {
    return this.createdAtMs.get(agent) ?? Infinity;
  }

  /** A new value of the agent's concurrency is what its author asked for, so it is applied; anything else is drift. */
  private async ensureConsumer({ name, concurrency }: AgentDeclaration): Promise<void> {
    const definition: ConsumerDefinition = {
      durable_name: executorConsumer(name),
      filter_subject: requestSubject(name),
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      max_deliver: -1,
      max_ack_pending: concurrency,
    };
    const createdAt = await this.provisioner.ensureConsumer(RUN_REQUESTS, definition, ['max_ack_pending']);
    this.createdAtMs.set(name, createdAt.getTime());
  }
}
