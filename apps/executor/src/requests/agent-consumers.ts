import { AgentRegistry, type RegisteredAgent } from '#agents';
import { deadLetterSubject, executorConsumer, RUN_REQUESTS } from '#contracts';
import { JetStreamServer, SlotPool } from '#jetstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ACK_WAIT_MS, AgentProvisioning } from './agent-provisioning.js';
import { RequestHandler } from './request-handler.js';

/** Gives each message of an agent's durable consumer to the handler. */
@Injectable()
export class AgentConsumers implements OnModuleInit {
  constructor(
    private readonly registry: AgentRegistry,
    private readonly server: JetStreamServer,
    private readonly provisioning: AgentProvisioning,
    private readonly handler: RequestHandler,
    private readonly slots: SlotPool,
  ) {}

  onModuleInit(): void {
    const agents = this.registry.all();
    const declarations = agents.map(({ declaration }) => declaration);
    this.server.prepare(async () => await this.provisioning.provision(declarations));
    agents.forEach((registered) => this.bind(registered));
  }

  private bind(registered: RegisteredAgent): void {
    const { name, concurrency, concurrencyPerExecutor = concurrency } = registered.declaration;
    this.server.addConsumer(
      {
        mode: 'each',
        stream: RUN_REQUESTS,
        durable: executorConsumer(name),
        deadLetterSubject: deadLetterSubject('requests'),
        ackWaitMs: ACK_WAIT_MS,
        slots: this.slots,
        concurrency: Math.min(concurrency, concurrencyPerExecutor, this.slots.size),
      },
      async (message) => {
        await this.handler.handle(message, registered, this.provisioning.consumingSinceMs(name));
      },
    );
  }
}
