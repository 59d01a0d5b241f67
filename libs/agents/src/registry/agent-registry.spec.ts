import { JSON_SCHEMA_DIALECT, MAX_INPUT_SCHEMA_BYTES } from '#contracts';
import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import { runContext } from '../../testing/run-context.js';
import { Agent } from '../agent.decorator.js';
import type { AgentOptions } from '../agent-options.js';
import { AgentsModule } from '../agents.module.js';
import { BaseAgent } from '../base-agent.js';
import { CatalogueModule } from '../catalogue/catalogue.module.js';
import { AgentRegistry } from './agent-registry.js';
import { pythonDeclarationOf } from './declaration-of.js';
import { InvalidAgentsError } from './invalid-agents-error.js';

@Injectable()
class Adder {
  add(one: number, other: number): number {
    return one + other;
  }
}

@Agent({ name: 'adding', description: 'Adds', schedules: [{ cron: '0 4 * * *' }] })
class AddingAgent extends BaseAgent {
  constructor(private readonly adder: Adder) {
    super();
  }

  run(): Record<string, number> {
    return { sum: this.adder.add(1, 2) };
  }
}

@Module({ providers: [Adder, AddingAgent] })
class AddingModule {}

async function registryOf(...modules: Type[]): Promise<AgentRegistry> {
  const module = await Test.createTestingModule({ imports: [AgentsModule, ...modules] }).compile();
  await module.init();
  return module.get(AgentRegistry);
}

function moduleWith(options: Partial<AgentOptions>): Type {
  @Agent({ name: 'example', description: 'An example', ...options })
  class ExampleAgent extends BaseAgent {
    run(): Record<string, number> {
      return {};
    }
  }
  @Module({ providers: [ExampleAgent] })
  class ExampleModule {}
  return ExampleModule;
}

async function problemsOf(...modules: Type[]): Promise<readonly string[]> {
  const error: unknown = await registryOf(...modules).catch((error: unknown) => error);
  if (!(error instanceof InvalidAgentsError)) {
    throw new Error('The start was not stopped by InvalidAgentsError', { cause: error });
  }
  return error.problems;
}

describe('AgentRegistry', () => {
  it('finds an agent in any module, with its dependencies and the defaults of its declaration', async () => {
    const registry = await registryOf(AddingModule);

    const [registered] = registry.all();

    expect(registry.all()).toHaveLength(1);
    expect(registered?.declaration).toEqual({
      name: 'adding',
      description: 'Adds',
      isolation: 'inline',
      killGraceMs: 10_000,
      memoryLimitMb: 512,
      breakerFailures: 10,
      breakerPauseMs: 60_000,
      notifications: [],
      concurrency: 10,
      attemptLimit: 3,
      timeLimitMs: 3_600_000,
      retryDelayMs: 5_000,
      schedules: [{ name: 'default', cron: '0 4 * * *', timeZone: 'UTC' }],
    });
    expect(registered?.agent).toBeInstanceOf(AddingAgent);
    expect(await registered?.agent.run(runContext())).toEqual({ sum: 3 });
    expect(registry.get('adding')).toBe(registered);
    expect(registry.get('missing')).toBeUndefined();
  });

  it('finds the agents of the catalogue', async () => {
    const registry = await registryOf(CatalogueModule);

    const names = registry.all().map(({ declaration }) => declaration.name);

    expect(names).toEqual(expect.arrayContaining(['earthquakes', 'machine_health']));
  });

  it('keeps what the declaration says', async () => {
    const schedule = {
      name: 'hourly',
      cron: '0 0 * * * *',
      timeZone: 'Europe/Madrid',
      input: { deep: true },
    };
    const options = { concurrency: 1, attemptLimit: 5, timeLimitMs: 1_000, schedules: [schedule] };

    const registry = await registryOf(moduleWith(options));

    expect(registry.get('example')?.declaration).toMatchObject(options);
  });
});

describe('an agent of another program', () => {
  const foreign = {
    declaration: pythonDeclarationOf({ name: 'orders', schedules: [{ cron: '0 4 * * *' }] }),
    command: ['python3', 'worker.py'],
    origin: 'python/agents/orders',
  };

  async function registryWith(...added: (typeof foreign)[]): Promise<AgentRegistry> {
    const module = await Test.createTestingModule({ imports: [AgentsModule, AddingModule] }).compile();
    const registry = module.get(AgentRegistry);
    registry.add(added);
    await module.init();
    return registry;
  }

  it('is one of the registry, with the same defaults', async () => {
    const registry = await registryWith(foreign);
    const orders = registry.get('orders');

    expect(registry.all().map(({ declaration }) => declaration.name)).toEqual(['adding', 'orders']);
    expect(orders?.command).toEqual(foreign.command);
    expect(orders?.declaration).toMatchObject({
      description: '',
      isolation: 'python',
      concurrency: 10,
      attemptLimit: 3,
      timeLimitMs: 3_600_000,
      schedules: [{ name: 'default', cron: '0 4 * * *', timeZone: 'UTC' }],
    });
  });

  it('stops the start when its name is taken, naming both places', async () => {
    const declaration = pythonDeclarationOf('adding');

    await expect(registryWith({ ...foreign, declaration })).rejects.toThrow(
      'AddingAgent (AddingModule) and python/agents/orders are both named adding',
    );
  });

  it('can not come after the start', async () => {
    const registry = await registryWith();

    expect(() => registry.add([foreign])).toThrow('before the app starts');
  });

  it('is refused when it is declared wrongly', () => {
    expect(() => pythonDeclarationOf({ name: 'orders', schedules: [{ cron: '@daily' }] })).toThrow(
      'schedules[0].cron must have 5 fields',
    );
    expect(() => pythonDeclarationOf(7)).toThrow('name must be');
    expect(() => pythonDeclarationOf({ name: 'orders', inputSchema: 'text' })).toThrow(
      'inputSchema must be a JSON object',
    );
  });

  it('keeps the schema of its input, unless that is too large for the catalogue', () => {
    const inputSchema = { type: 'object', properties: { day: { type: 'string' } } };
    expect(pythonDeclarationOf({ name: 'orders', inputSchema }).inputSchema).toEqual({
      $schema: JSON_SCHEMA_DIALECT,
      ...inputSchema,
    });
    const large = { ...inputSchema, description: 'x'.repeat(MAX_INPUT_SCHEMA_BYTES) };
    expect(pythonDeclarationOf({ name: 'orders', inputSchema: large }).inputSchema).toEqual({
      $schema: JSON_SCHEMA_DIALECT,
      type: 'object',
      description: expect.stringMatching(/takes \d+ bytes, more than the 65536 .* left out$/),
    });
    expect(pythonDeclarationOf('orders').inputSchema).toBeUndefined();
  });
});

describe('the start of an app', () => {
  it('is stopped by two agents of one name, naming both classes and their modules', async () => {
    @Agent({ name: 'adding', description: 'Adds as well' })
    class OtherAgent extends BaseAgent {
      run(): Record<string, number> {
        return {};
      }
    }
    @Module({ providers: [OtherAgent] })
    class OtherModule {}

    const problems = await problemsOf(AddingModule, OtherModule);

    expect(problems).toEqual([expect.stringMatching(/^\w+ \(\w+\) and \w+ \(\w+\) are both named adding$/)]);
    expect(problems[0]).toContain('AddingAgent (AddingModule)');
    expect(problems[0]).toContain('OtherAgent (OtherModule)');
  });

  it('is stopped by a wrong declaration, naming the class and every bad field', async () => {
    const problems = await problemsOf(moduleWith({ name: 'Not-A-Name', concurrency: 0, timeLimitMs: 0.5 }));

    expect(problems.toSorted()).toEqual(
      [
        'ExampleAgent (ExampleModule): concurrency must be at least 1',
        'ExampleAgent (ExampleModule): name must be 1 to 100 characters of a-z, 0-9 and _',
        'ExampleAgent (ExampleModule): timeLimitMs must be at least 1 ms',
        'ExampleAgent (ExampleModule): timeLimitMs must be a whole number of milliseconds',
      ].toSorted(),
    );
  });

  it('is stopped by an option that does not exist', async () => {
    const options = { retries: 3 } as Partial<AgentOptions>;

    expect(await problemsOf(moduleWith(options))).toEqual([
      'ExampleAgent (ExampleModule): retries is not a known field',
    ]);
  });

  it.each([
    ['@daily', 'must have 5 fields, or 6 with seconds first'],
    ['* * * *', 'must have 5 fields, or 6 with seconds first'],
    ['61 * * * *', 'is not a cron expression'],
    ['every day at 4 am', 'is not a cron expression'],
    ['0 0 30 2 *', 'never fires'],
  ])('is stopped by the cron expression %j', async (cron, reason) => {
    const schedules = [{ cron: '* * * * *' }, { name: 'bad', cron }];

    expect(await problemsOf(moduleWith({ schedules }))).toEqual([
      expect.stringContaining(`ExampleAgent (ExampleModule): schedules[1].cron ${reason}`),
    ]);
  });

  it('is stopped by a time zone that does not exist', async () => {
    const schedules = [{ cron: '* * * * *', timeZone: 'Europe/Atlantis' }];

    expect(await problemsOf(moduleWith({ schedules }))).toEqual([
      expect.stringContaining('timeZone must be'),
    ]);
  });

  it('is stopped by an agent that does not extend BaseAgent', async () => {
    @Agent({ name: 'example', description: 'No agent' })
    class NoAgent {}
    @Module({ providers: [NoAgent] })
    class NoAgentModule {}

    expect(await problemsOf(NoAgentModule)).toEqual(['NoAgent (NoAgentModule): it must extend BaseAgent']);
  });

  it('is stopped by an agent that exists only per request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @Agent({ name: 'example', description: 'Per request' })
    class PerRequestAgent extends BaseAgent {
      constructor(readonly perRequest: PerRequest) {
        super();
      }
      run(): Record<string, number> {
        return {};
      }
    }
    @Module({ providers: [PerRequest, PerRequestAgent] })
    class PerRequestModule {}

    expect(await problemsOf(PerRequestModule)).toEqual([
      'PerRequestAgent (PerRequestModule): it must not depend on request-scoped providers',
    ]);
  });

  it('names the problems of all agents at once', async () => {
    const problems = await problemsOf(AddingModule, moduleWith({ name: 'adding', attemptLimit: 0 }));

    expect(problems).toHaveLength(2);
    expect(new InvalidAgentsError(problems).message).toContain('attemptLimit must be at least 1');
  });
});
