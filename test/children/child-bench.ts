import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentDeclaration, parseAgentDeclaration } from '#contracts';
import { MetricsRegistry } from '#telemetry';
import type { AttemptOutcome } from '../../libs/running/src/attempts/attempt-outcome.js';
import { RunControl } from '../../libs/running/src/attempts/run-control.js';
import { ChildRunner } from '../../libs/running/src/children/child-runner.js';
import type { ChildrenOptions } from '../../libs/running/src/children/children-options.js';
import { ChildMetrics } from '../../libs/running/src/children/pools/child-metrics.js';
import { ChildPools } from '../../libs/running/src/children/pools/child-pools.js';
import type { IsolatedAgent } from '../../libs/running/src/children/pools/isolated-agent.js';
import { childEnvironment } from '../../libs/running/src/children/processes/child-environment.js';
import { RecordedRun } from './recorded-run.js';

const BUILT = new URL('../../dist/', import.meta.url);

function builtPath(path: string): string {
  return fileURLToPath(new URL(path, BUILT));
}

/** Children as an executor has them, with the agents of `IsolatedAgentsModule`. */
export class ChildBench {
  readonly metrics = new MetricsRegistry({ service: 'spec' });
  readonly pools: ChildPools;
  private readonly runner: ChildRunner;

  constructor(options: Partial<ChildrenOptions> = {}) {
    this.pools = new ChildPools(
      {
        catalogue: {
          url: new URL('test/processes/agents/isolated-agents.module.js', BUILT).href,
          name: 'IsolatedAgentsModule',
        },
        environment: childEnvironment(process.env, []),
        maxChildren: 8,
        runsPerChild: 100,
        nodeProgram: builtPath('libs/running/src/child/main.js'),
        ...options,
      },
      new ChildMetrics(this.metrics),
    );
    this.runner = new ChildRunner(this.pools);
  }

  /** A Nest agent in a child, as `IsolatedAgentsModule` has it. */
  nestAgent(name: string, declaration: Partial<AgentDeclaration> = {}): IsolatedAgent {
    return { declaration: declare({ name, isolation: 'process', memoryLimitMb: 256, ...declaration }) };
  }

  command(command: readonly string[], declaration: Partial<AgentDeclaration> = {}): IsolatedAgent {
    return { declaration: declare({ name: nameOf(command), isolation: 'command', ...declaration }), command };
  }

  async run(agent: IsolatedAgent, run: RecordedRun = new RecordedRun()): Promise<AttemptOutcome> {
    return await this.runner.run(agent, run.context, new RunControl());
  }

  async close(): Promise<void> {
    await this.pools.onApplicationShutdown();
  }
}

/** Each program is an agent of its own. */
function nameOf(command: readonly string[]): string {
  return basename(command.at(-1) ?? '').replaceAll('.', '_');
}

function declare(fields: Partial<AgentDeclaration>): AgentDeclaration {
  return parseAgentDeclaration({
    description: '',
    concurrency: 100,
    attemptLimit: 1,
    timeLimitMs: 60_000,
    retryDelayMs: 50,
    schedules: [],
    killGraceMs: 300,
    ...fields,
  });
}
