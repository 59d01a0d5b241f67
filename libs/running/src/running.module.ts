import { type DynamicModule, Module } from '@nestjs/common';
import { AgentRunner } from './attempts/agent-runner.js';
import { InlineRunner } from './attempts/inline-runner.js';
import { ChildRunner } from './children/child-runner.js';
import { ChildrenOptions } from './children/children-options.js';
import { EventLoopWatch } from './children/inline/event-loop-watch.js';
import { IsolationRunner } from './children/isolation-runner.js';
import { ChildMetrics } from './children/pools/child-metrics.js';
import { ChildPools } from './children/pools/child-pools.js';
import { PythonModule } from './python/python.module.js';
import type { RunningOptions } from './running-options.js';

/**
 * Runs the code of agents: in this process, in child processes, in Python. Adds the agents written in Python to those
 * of the app. Needs a `MetricsRegistry`.
 */
@Module({})
export class RunningModule {
  static forRoot({ python, ...children }: RunningOptions): DynamicModule {
    const { environment } = children;
    return {
      module: RunningModule,
      imports: [PythonModule.forRoot({ ...python, environment })],
      providers: [
        { provide: ChildrenOptions, useValue: children },
        ChildMetrics,
        ChildPools,
        ChildRunner,
        EventLoopWatch,
        InlineRunner,
        { provide: AgentRunner, useClass: IsolationRunner },
      ],
      exports: [AgentRunner],
    };
  }
}
