import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ContractViolation } from '#contracts';
import { AgentMetadata } from '../agent.decorator.js';
import type { AgentOptions } from '../agent-options.js';
import { BaseAgent } from '../base-agent.js';
import { AgentCollection } from './agent-collection.js';
import { AgentElsewhere } from './agent-elsewhere.js';
import { declarationOf } from './declaration-of.js';
import type { ForeignAgent } from './foreign-agent.js';
import type { RegisteredAgent } from './registered-agent.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Every agent of the app: found by its `@Agent` decorator in whatever module provides it, or added. */
@Injectable()
export class AgentRegistry implements OnModuleInit {
  private readonly foreign: ForeignAgent[] = [];
  private agents: ReadonlyMap<string, RegisteredAgent> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws InvalidAgentsError, which stops the start, naming everything that is wrong with any agent. */
  onModuleInit(): void {
    this.found();
  }

  /**
   * Adds agents that no module of the app provides.
   * @throws Error when the app has started
   */
  add(foreign: readonly ForeignAgent[]): void {
    if (this.agents !== undefined) {
      throw new Error('Agents are added before the app starts');
    }
    this.foreign.push(...foreign);
  }

  /** @throws InvalidAgentsError when asked before the start and an agent is declared wrongly. */
  all(): RegisteredAgent[] {
    return [...this.found().values()];
  }

  /** The agent called `name`, if this app has it. */
  get(name: string): RegisteredAgent | undefined {
    return this.found().get(name);
  }

  private found(): ReadonlyMap<string, RegisteredAgent> {
    return (this.agents ??= this.discover());
  }

  private discover(): ReadonlyMap<string, RegisteredAgent> {
    const agents = new AgentCollection();
    for (const provider of this.discovery.getProviders({ metadataKey: AgentMetadata.KEY })) {
      const options = this.discovery.getMetadataByDecorator(AgentMetadata, provider) as AgentOptions;
      agents.add(options.name, `${provider.metatype?.name} (${provider.host?.name})`, () => {
        const { inputClass, command } = options;
        return { declaration: declarationOf(options), agent: agentOf(provider), inputClass, command };
      });
    }
    for (const { declaration, command, origin } of this.foreign) {
      const agent = new AgentElsewhere();
      agents.add(declaration.name, origin, () => ({ declaration, agent, command }));
    }
    return agents.checked();
  }
}

function agentOf(provider: Provider): BaseAgent<never> {
  if (!provider.isDependencyTreeStatic()) {
    throw new ContractViolation([
      { field: 'scope', message: 'it must not depend on request-scoped providers' },
    ]);
  }
  const instance: unknown = provider.instance;
  if (!(instance instanceof BaseAgent)) {
    throw new ContractViolation([{ field: 'class', message: 'it must extend BaseAgent' }]);
  }
  return instance;
}
