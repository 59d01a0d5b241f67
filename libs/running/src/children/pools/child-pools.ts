import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ChildrenOptions } from '../children-options.js';
import { GroupGuardian } from '../processes/group-guardian.js';
import { MemoryWatch } from '../processes/memory-watch.js';
import type { ChildProgram } from '../processes/child-program.js';
import { ChildMetrics } from './child-metrics.js';
import { ChildPool } from './child-pool.js';
import type { IsolatedAgent } from './isolated-agent.js';

const UPKEEP_MS = 10_000;
const ANSWER_MS = 5_000;
const IDLE_MS = 300_000;

/** The pools of an executor: one for each memory limit of Node agents, one for each other program. */
@Injectable()
export class ChildPools implements OnModuleInit, OnApplicationShutdown {
  private readonly pools = new Map<string, ChildPool>();
  private readonly services = { guardian: new GroupGuardian(), memory: new MemoryWatch() };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(ChildrenOptions) private readonly options: ChildrenOptions,
    private readonly metrics: ChildMetrics,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.pools.forEach((pool) => pool.upkeep()), UPKEEP_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.pools.values()].map(async (pool) => await pool.close()));
  }

  /** @throws Error when the agent is not one for children */
  of(agent: IsolatedAgent): ChildPool {
    const program = this.programOf(agent);
    let pool = this.pools.get(program.name);
    if (pool === undefined) {
      const { maxChildren, runsPerChild, idleMs = IDLE_MS, answerMs = ANSWER_MS } = this.options;
      const options = { program, maxChildren, runsPerChild, idleMs, answerMs };
      pool = new ChildPool(options, this.services, this.metrics);
      this.pools.set(program.name, pool);
    }
    return pool;
  }

  private programOf({ declaration, command = [], cwd }: IsolatedAgent): ChildProgram {
    const { isolation, memoryLimitMb, name } = declaration;
    const { environment } = this.options;
    if (isolation === 'process') {
      return this.nodeProgram(memoryLimitMb);
    }
    if (isolation === 'inline' || command.length === 0) {
      throw new Error(`The agent ${name} of isolation ${isolation} has no program to start`);
    }
    const life = isolation === 'command' ? 'single' : 'warm';
    return {
      name: `${isolation}:${name}`,
      command,
      ...(cwd !== undefined && { cwd }),
      environment,
      life,
      channel: 'stdout',
      memoryLimitMb,
    };
  }

  private nodeProgram(memoryLimitMb: number): ChildProgram {
    const {
      catalogue,
      environment,
      nodeProgram = fileURLToPath(new URL('../../child/main.js', import.meta.url)),
    } = this.options;
    const heap = `--max-old-space-size=${memoryLimitMb}`;
    return {
      name: `node:${memoryLimitMb}`,
      command: [process.execPath, heap, nodeProgram, catalogue.url, catalogue.name],
      environment,
      life: 'warm',
      channel: 'descriptor3',
      memoryLimitMb,
    };
  }
}
