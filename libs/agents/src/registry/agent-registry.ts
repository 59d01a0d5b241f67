import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ContractViolation } from '#contracts';
import { AgentMetadata } from '../agent.decorator.js';
import type { AgentOptions } from '../agent-options.js';
import { BaseAgent } from '../base-agent.js';
import { declarationOf } from './declaration-of.js';
import { InvalidAgentsError } from './invalid-agents-error.js';
import type { RegisteredAgent } from './registered-agent.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Every agent of the app, found by its `@Agent` decorator in whatever module provides it. */
@Injectable()
export class AgentRegistry implements OnModuleInit {
  private agents: ReadonlyMap<string, RegisteredAgent> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws InvalidAgentsError, which stops the start, naming everything that is wrong with any agent. */
  onModuleInit(): void {
    this.found();
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
    const agents = new Map<string, RegisteredAgent>();
    const declaredBy = new Map<string, string>();
    const problems: string[] = [];
    for (const provider of this.discovery.getProviders({ metadataKey: AgentMetadata.KEY })) {
      const origin = `${provider.metatype?.name} (${provider.host?.name})`;
      const options = this.discovery.getMetadataByDecorator(AgentMetadata, provider) as AgentOptions;
      const other = declaredBy.get(options.name);
      if (other !== undefined) {
        problems.push(`${other} and ${origin} are both named ${options.name}`);
      }
      declaredBy.set(options.name, origin);
      try {
        const { inputClass, command } = options;
        const declaration = declarationOf(options);
        agents.set(options.name, { agent: agentOf(provider), declaration, inputClass, command });
      } catch (error) {
        problems.push(...violationsOf(error).map((violation) => `${origin}: ${violation}`));
      }
    }
    if (problems.length > 0) {
      throw new InvalidAgentsError(problems);
    }
    return agents;
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

function violationsOf(error: unknown): string[] {
  if (!(error instanceof ContractViolation)) {
    throw error;
  }
  return error.violations.map(({ message }) => message);
}
