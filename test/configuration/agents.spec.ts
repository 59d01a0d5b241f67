import { Module, type Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, BaseAgent } from '../../libs/agents/src/index.js';
import { Platform } from '../support/platform.js';

function emptyAgent(name: string): Type {
  @Agent({ name, description: 'Does nothing' })
  class EmptyAgent extends BaseAgent {
    run(): Record<string, number> {
      return {};
    }
  }
  return EmptyAgent;
}

function moduleOf(name: string, agent: Type, className: string): Type {
  Object.defineProperty(agent, 'name', { value: className });
  @Module({ providers: [agent] })
  class AgentModule {}
  Object.defineProperty(AgentModule, 'name', { value: name });
  return AgentModule;
}

describe('the start of an executor', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start();
  });

  afterAll(async () => await platform?.stop());

  it('is stopped by two agents of one name, naming both classes', async () => {
    @Module({
      imports: [
        moduleOf('OneModule', emptyAgent('twin'), 'OneAgent'),
        moduleOf('OtherModule', emptyAgent('twin'), 'OtherAgent'),
      ],
    })
    class TwinModule {}
    const start = platform.startExecutor({}, TwinModule);
    await expect(start).rejects.toThrow(/\w+ \(\w+\) and \w+ \(\w+\) are both named twin/);
    await expect(start).rejects.toThrow('OneAgent (OneModule)');
    await expect(start).rejects.toThrow('OtherAgent (OtherModule)');
  });

  it.each(['a.b', 'A', '', 'a'.repeat(101)])(
    'is stopped by the agent name %j, naming its class and the bound',
    async (name) => {
      const start = platform.startExecutor({}, moduleOf('BadModule', emptyAgent(name), 'BadAgent'));
      await expect(start).rejects.toThrow(
        'BadAgent (BadModule): name must be 1 to 100 characters of a-z, 0-9 and _',
      );
    },
  );
});
