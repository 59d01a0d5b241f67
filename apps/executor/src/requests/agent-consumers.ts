import { AgentRegistry, type RegisteredAgent } from '#agents';
import { deadLetterSubject, executorConsumer, RUN_REQUESTS } from '#contracts';
import { JetStreamServer, SlotPool } from '#jetstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ACK_WAIT_MS, AgentProvisioning } from './agent-provisioning.js';
import { LaneHandler } from '../priority/lane-handler.js';

/** Gives each message of an agent's durable consumers to the handler of its lane. */
@Injectable()
export class AgentConsumers implements OnModuleInit {
  constructor(
    private readonly registry: AgentRegistry,
    private readonly server: JetStreamServer,
    private readonly provisioning: AgentProvisioning,
    private readonly handler: LaneHandler,
    private readonly slots: SlotPool,
  ) {}

  onModuleInit(): void {
    const agents = this.registry.all();
    const declarations = agents.map(({ declaration }) => declaration);
    agents.forEach((registered) => this.bind(registered));
    this.server.prepare(async () => {
      await this.provisioning.provision(declarations);
      await this.handler.begin();
    });
  }

  private bind(registered: RegisteredAgent): void {
    const { name, concurrency, concurrencyPerExecutor = concurrency } = registered.declaration;
    const handling = this.handler.of(registered);
    const binding = {
      stream: RUN_REQUESTS,
      deadLetterSubject: deadLetterSubject('requests'),
      ackWaitMs: ACK_WAIT_MS,
    };
    this.server.addConsumer(
      {
        ...binding,
        mode: 'each',
        durable: executorConsumer(name),
        slots: this.slots,
        concurrency: Math.min(concurrency, concurrencyPerExecutor, this.slots.size),
      },
      (message) => handling.normal(message, this.provisioning.consumingSinceMs(name)),
    );
    this.server.addConsumer(
      { ...binding, mode: 'demand', durable: executorConsumer(name, 'high') },
      (message) => handling.high(message, this.provisioning.consumingSinceMs(name, 'high')),
    );
  }
}
