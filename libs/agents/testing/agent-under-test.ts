import type { Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { validateContract } from '#contracts';
import { AgentsModule } from '../src/agents.module.js';
import type { BaseAgent } from '../src/base-agent.js';
import { AgentRegistry } from '../src/registry/agent-registry.js';
import type { RegisteredAgent } from '../src/registry/registered-agent.js';
import type { RunContext } from '../src/context/run-context.js';
import { RunOutput } from '../src/run-output.js';
import { runContext } from './run-context.js';

/** One agent in an app of its own, found as an executor finds it. */
export class AgentUnderTest {
  private constructor(
    private readonly app: TestingModule,
    private readonly registered: RegisteredAgent,
    private readonly input: Record<string, unknown>,
  ) {}

  /** @throws Error when the module does not provide the agent, or the agent is declared wrongly */
  static async start(
    agentClass: Type<BaseAgent<never>>,
    moduleClass: Type,
    input: Record<string, unknown>,
  ): Promise<AgentUnderTest> {
    const app = await Test.createTestingModule({ imports: [AgentsModule, moduleClass] }).compile();
    await app.init();
    const all = app.get(AgentRegistry).all();
    const registered = all.find(({ agent }) => agent instanceof agentClass);
    if (registered === undefined) {
      throw new Error(`${moduleClass.name} does not provide ${agentClass.name}`);
    }
    return new AgentUnderTest(app, registered, input);
  }

  get description(): string {
    return this.registered.declaration.description;
  }

  async run(context: Partial<RunContext> = {}): Promise<RunOutput> {
    const { agent, inputClass } = this.registered;
    const input = inputClass === undefined ? this.input : validateContract(inputClass, this.input);
    return RunOutput.from(await agent.run(runContext({ input, ...context }) as RunContext<never>));
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
